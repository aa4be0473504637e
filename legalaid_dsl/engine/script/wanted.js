/** Whether the law itself leaves open which of several decides: it says so, none does, or several do. */
function openly(run, step, i) {
  const [size, opened] = step.data, codes = step.args.map((a) => run.at(a, i)), found = codes.slice(0, size);
  return (opened && codes[size] === YES) || found.filter((c) => c === YES).length > 1 || found.every((c) => c === NO);
}

/** Whether there is no value that a limit could apply to: then the limit is not asked for. */
function undecided(run, step, i) {
  let value = step.parts[step.parts.length - 1];
  while (value.op === "times" || value.op === "watch") value = value.parts[0]; // the same value on another scale
  if (value.op !== "case") return false;
  return value.data[0] === "limit" ? undecided(run, value, i) : value.parts[0].op === "pick" && openly(run, value.parts[0], i);
}

/** Why a step is unknown, where that is not simply because what it reads is. */
const WANTED = {
  const: () => {},
  fact: (run, step, i, ask, found) => {
    const fact = run.engine.facts.get(step.data[0]);
    if (fact.no_unless_stated) return;
    const path = join(run.facts.paths.get(step.of)[step.column ? i : 0], fact.path.join("."));
    found.set(path, { what: "fact", key: fact.path.join("."), path, question: fact.asked });
  },
  owner: () => {},
  inverse: () => {},
  or_doubt: (run, step, i, ask) => run.form.steps[step.args[0]].args.forEach((arg) => ask(arg)),
  includes: (run, step, i, ask) => {
    if (run.at(step.args[0], i) === step.parts[0].unknown) ask(step.args[0]); else step.args.slice(1).forEach((arg) => ask(arg));
  },
  hop: (run, step, i, ask) => { const to = run.at(step.args[1], i); if (to < 0) ask(step.args[1]); else ask(step.args[0], to); },
  over: (run, step, i, ask) => ask(run.at(step.args[1], i) < 0 ? step.args[1] : step.args[0]),
  pick: (run, step, i, ask) => { if (!openly(run, step, i)) step.args.forEach((arg) => ask(arg)); },
  case: (run, step, i, ask, found) => {
    if (step.data[0] === "limit" && undecided(run, step, i)) return;
    const which = run.at(step.args[0], i), from = step.parts[0];
    if (which !== from.unknown) {
      const at = step.parts[which + 1], other = step.parts[1];
      if (at.op === "const" && other.op === "agg" && other.g.name === "total") run.wantList(other.g.thing, step.column ? step.of : ROOT, i, found);
      else ask(step.args[which + 1]);
      return;
    }
    ask(step.args[0]);
    if (step.data[0] === "as_under" || from.op !== "pick") return;
    if (openly(run, from, i)) return;
    step.args.slice(1).forEach((arg, k) => { if (run.at(from.args[k], i) !== NO) ask(arg); });
  },
  dated: (run, step, i, ask, found) => {
    const day = run.at(step.args[0], i);
    if (day === null) { ask(step.args[0]); return; }
    const path = `${step.data[2]}[${dayText(day)}]`;
    found.set(path, { what: "figure", key: step.data[2], path });
  },
  cells: (run, step, i, ask, found) => {
    const selection = run.selection(step, i);
    if (selection === DOUBT) { step.args.forEach((arg) => ask(arg)); return; }
    const key = step.data[0], table = run.form.tables[key];
    for (const combination of run.sum(key, selection)[1]) {
      const detail = table.by.flatMap(({ column, choices }, c) => {
        const at = table.complete.indexOf(c), codes = at >= 0 ? [combination[at]] : selection[c];
        return codes === null ? [] : codes.map((code) => `${column}=${choices[code]}`);
      });
      const path = `${key}[${detail.join(",")}]`;
      found.set(path, { what: "figure", key, path });
    }
  },
  agg: (run, step, i, ask, found) => {
    const g = step.g, slot = members(run, step)[step.column ? i : 0];
    if (g.m !== null) run.wantLists(g.m, i, found);
    if (!slot.length && (g.m === null || run.at(g.m, i) === NO)) {
      const own = g.relation === "item" && run.engine.reader.shapes.get(step.of).lists.some((list) => list.thing === g.thing);
      run.wantList(g.thing, own ? step.of : ROOT, own ? i : 0, found);
    }
    for (const [value, sure, k] of slot) {
      if (!sure && g.name === "total" && g.skips && isZero(value)) continue;
      for (const arg of [g.r, g.w, g.v]) if (arg !== null) ask(arg, k);
    }
  },
  run: (run, step, i, ask, found) => {
    const g = step.g;
    if (g.m !== null) run.wantLists(g.m, i, found);
    const adds = (j) => g.name !== "total" || !g.skips || !isZero(run.at(g.v, j)); // what adds nothing is not asked whether it belongs
    const counts = (j) => (!adds(j) ? NO : g.w === null ? YES : run.at(g.w, j));
    wantBeside(run, g, i, ask, counts, [g.w, g.v].filter((a) => a !== null));
  },
  share: (run, step, i, ask) => {
    const g = step.g;
    ask(g.own);
    ask(g.bound);
    const sharers = new Set(sharing(run, g));
    wantBeside(run, g, i, ask, (j) => (sharers.has(j) ? run.at(g.outcome, j) : NO), [g.outcome, g.base]);
  },
  add_up: (run, step, i, ask) => {
    const [outcome, own, total] = step.args;
    ask(total);
    ask(own);
    for (let j = 0; j < run.size(step.data[0]); j++) if (run.at(outcome, j) !== NO) ask(own, j);
  },
};

/** Of items that count beside one: what their value wants; and where one is in doubt, what would say whether it does. */
function wantBeside(run, g, i, ask, counts, args) {
  let doubtful = false;
  for (let j = 0; j < run.size(g.thing); j++) {
    if (j === i && g.others) continue;
    const inside = run.beside(g, j, i);
    if (!(inside & counts(j))) continue;
    args.forEach((arg) => ask(arg, j));
    if (inside !== YES) {
      doubtful = true;
      [...g.keys, ...(g.dates === null ? [] : [g.dates])].forEach((arg) => ask(arg, j));
    }
  }
  if (doubtful) [...g.keys, ...(g.ordered && g.dates !== null ? [g.dates] : [])].forEach((arg) => ask(arg, i));
}
