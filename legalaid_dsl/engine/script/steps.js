// ---------------------------------------------------------------- steps

function unknownOf(step) {
  return { yes_or_no: DOUBT, choice: step.size, choices: 1n << BigInt(step.kind === "choices" ? step.size : 0), reference: -1 }[step.kind] ?? null;
}

function pick(size, opened, same, codes) {
  if (opened && codes[codes.length - 1] !== NO) return size;
  let sure = -1;
  for (let i = 0; i < size; i++) if (codes[i] === YES) { if (sure >= 0) return size; sure = i; }
  if (sure < 0) return size;
  for (let i = 0; i < size; i++) if (codes[i] !== NO && same[i] !== same[sure]) return size;
  return sure;
}

/** What a step of one item makes of the codes that it reads. Those in STRICT are unknown as soon as anything they read is. */
const STRICT = {
  same: (s, x) => (x[0] === x[1] ? YES : NO),
  among: (s, x) => (s.data[0] >> BigInt(x[0]) & 1n ? YES : NO),
  count_of: (s, x) => { let n = 0n; for (let bits = x[0]; bits; bits >>= 1n) n += bits & 1n; return n; },
  set_of: (s, x) => x.reduce((bits, code) => bits | 1n << BigInt(code), 0n),
  compare: (s, x) => { const found = compare(x[0], x[1]); return (s.data[0] === "<" ? found < 0 : s.data[0] === "<=" ? found <= 0 : found === 0) ? YES : NO; },
  times: (s, x) => mul(x[0], s.data[0]),
  add: (s, x) => add(x[0], x[1]),
  sub: (s, x) => sub(x[0], x[1]),
  mul: (s, x) => mul(x[0], x[1]),
  div: (s, x) => div(mul(x[0], s.data[0]), mul(x[1], s.data[1])),
  min: (s, x) => least(x[0], x[1]),
  max: (s, x) => most(x[0], x[1]),
  round: (s, x) => rounded(x[0], ...s.data),
  ranked: (s, x) => (s.data[0] ? Math.max(...x) : Math.min(...x)),
  on_dates: (s, x) => ON_DATES[s.data[0]](s.data[3] === 1 ? x : [div(x[0], BigInt(s.data[3])), ...x.slice(1)], s.data[1], s.data[2]),
};
const PLAIN = {
  const: (s) => s.data[0],
  and: (s, x) => x.reduce((a, b) => a & b, YES),
  or: (s, x) => x.reduce((a, b) => a | b, NO),
  not: (s, x) => (x[0] === DOUBT ? DOUBT : YES - x[0]),
  not_true: (s, x) => (x[0] === YES ? NO : YES),
  or_doubt: (s, x) => (x[0] === YES ? YES : DOUBT),
  known: (s, x) => (x[0] === s.parts[0].unknown ? NO : YES),
  includes: (s, x) => {
    if (x[0] === s.parts[0].unknown) return DOUBT;
    if (s.data[0] & x[0]) return YES;
    let doubt = false;
    for (let i = 1; i < x.length; i++) {
      if (x[i] === s.parts[i].unknown) doubt = true;
      else if ((s.parts[i].kind === "choices" ? x[i] : 1n << BigInt(x[i])) & x[0]) return YES;
    }
    return doubt && x[0] ? DOUBT : NO;
  },
  pick: (s, x) => pick(s.data[0], s.data[1], s.data[2], x),
  first: (s, x) => { const found = x.indexOf(YES); return found < 0 ? x.length : found; },
  shifted: (s, x) => (x[0] === s.parts[0].size ? s.size : x[0] + s.data[0]),
  case: (s, x) => { const at = x[0] + 1; return at >= x.length || x[at] === s.parts[at].unknown ? s.unknown : x[at]; },
  over: (s, x) => (x[1] >= 0 ? x[0] : s.unknown),
};

/** One case under way: the codes of every step, one for the case or a list with one for each item. */
class Run {
  constructor(engine, facts, supply, supposed) {
    Object.assign(this, { engine, facts, supply, supposed, form: engine.form, values: [] });
    for (const step of this.form.steps) this.values.push(this.column(step));
  }

  size(thing) { return this.facts.paths.get(thing).length; }
  at(place, i) { const v = this.values[place]; return Array.isArray(v) ? v[i] : v; }

  column(step) {
    const work = WHOLE[step.op];
    if (work) return work(this, step);
    const strict = STRICT[step.op], plain = PLAIN[step.op], args = step.args;
    const one = (i) => {
      const x = args.map((a) => this.at(a, i));
      if (plain) return plain(step, x);
      return x.some((code, k) => code === step.parts[k].unknown) ? step.unknown : strict(step, x);
    };
    if (!step.column) return one(0);
    const found = new Array(this.size(step.of));
    for (let i = 0; i < found.length; i++) found[i] = one(i);
    return found;
  }

  each(step, one) {
    if (!step.column) return one(0);
    return Array.from({ length: this.size(step.of) }, (_, i) => one(i));
  }

  // -------------------------------------------------------------- members of groups

  /** Whether two items have the same keys: yes, no, or in doubt. */
  together(keys, a, b) {
    let found = YES;
    for (const key of keys) {
      const x = this.at(key, a), y = this.at(key, b), unknown = this.form.steps[key].unknown;
      if (x === unknown || y === unknown) found = DOUBT;
      else if (x !== y && (typeof x !== "object" || compare(x, y))) return NO;
    }
    return found;
  }

  /** Whether one item comes before another; ``dates`` may be null: then by place. */
  before(dates, a, b) {
    if (a === b) return NO;
    if (dates === null) return a < b ? YES : NO;
    const x = this.at(dates, a), y = this.at(dates, b);
    if (x === null || y === null) return DOUBT;
    return x < y || (x === y && a < b) ? YES : NO;
  }

  /** Whether item j counts beside item i under a step run or share. */
  beside(g, j, i) {
    let inside = j === i && !g.others ? YES : this.together(g.keys, j, i);
    if (g.ordered && inside) inside &= this.before(g.dates, j, i);
    return inside;
  }

  // -------------------------------------------------------------- what is wanted

  /** The facts and figures for want of which the code of a step is unknown. */
  wanted(place, i, found, seen) {
    const step = this.form.steps[place], mark = step.column ? `${place} ${i}` : `${place}`;
    if (this.at(place, i) !== step.unknown || seen.has(mark)) return;
    seen.add(mark);
    const ask = (arg, k = i) => this.wanted(arg, k, found, seen);
    const special = WANTED[step.op];
    if (special) special(this, step, i, ask, found); else step.args.forEach((arg) => ask(arg));
  }

  wantList(thing, owner, place, found) {
    const path = join(this.facts.paths.get(owner)[place], thing);
    found.set(path, { what: "fact", key: thing, path, question: this.engine.reader.shapes.get(thing).asked });
  }

  /** The lists that a condition says are not given. */
  wantLists(place, i, found) {
    const step = this.form.steps[place];
    if (step.op === "unlisted") { if (this.at(place, i) === YES) this.wantList(step.data[0], step.data[1], i, found); }
    else if (step.op === "any") this.facts.paths.get(step.data[0]).forEach((_, k) => this.wantLists(step.args[0], k, found));
    else step.args.forEach((arg) => this.wantLists(arg, i, found));
  }

  // -------------------------------------------------------------- tables

  /** The chosen codes of each column of a table, null for all; DOUBT where one is not known, YES where nothing is chosen. */
  selection(step, i) {
    const codes = step.args.map((a) => this.at(a, i)), many = step.parts.map((p) => p.kind === "choices");
    if (codes.some((code, k) => many[k] && code === 0n)) return YES;
    if (codes.some((code, k) => code === step.parts[k].unknown)) return DOUBT;
    const by = this.form.tables[step.data[0]].by;
    return step.data[1].map((spec, column) => {
      if (typeof spec !== "number") return spec === null ? null : [...spec].sort((a, b) => a - b);
      return many[spec] ? by[column].choices.map((_, code) => code).filter((code) => codes[spec] >> BigInt(code) & 1n) : [codes[spec]];
    });
  }

  /** → [sum, combinations that are not supplied] of the cells chosen. */
  sum(key, selection) {
    const table = this.form.tables[key], rows = this.supply[key], name = (c) => c.join(" ");
    const combinations = (chosen) => table.complete.reduce(
      (found, column) => found.flatMap((c) => (chosen[column] ?? table.by[column].choices.map((_, code) => code)).map((code) => [...c, code])), [[]]);
    const supplied = new Set(rows.map(([cell]) => name(table.complete.map((c) => cell[c]))));
    const wanted = combinations(selection), names = new Set(wanted.map(name)), covered = new Set();
    const absent = wanted.filter((c) => !supplied.has(name(c))), absentNames = new Set(absent.map(name));
    let value = 0n;
    const alike = (a, b) => (a === null || b === null ? a === b : a.every((x) => b.includes(x)) && b.every((x) => a.includes(x)));
    for (const [chosen, total] of absent.length ? table.totals : []) {
      if (!selection.every((s, c) => table.complete.includes(c) || alike(chosen[c], s))) continue;
      const cells = [...new Set(combinations(chosen).map(name))];
      if (cells.length && cells.every((c) => names.has(c) && !covered.has(c)) && cells.some((c) => absentNames.has(c))) {
        cells.forEach((c) => covered.add(c));
        value += total;
      }
    }
    for (const [cell, figure] of rows) {
      const at = name(table.complete.map((c) => cell[c]));
      if (names.has(at) && !covered.has(at) && selection.every((s, c) => s === null || s.includes(cell[c]))) value += figure;
    }
    return [value, absent.filter((c) => !covered.has(name(c)))];
  }
}
