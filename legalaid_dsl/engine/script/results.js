// ---------------------------------------------------------------- results

class Engine {
  constructor(form) {
    if (form.format !== "legalaid-lowered" || form.version !== 1) throw new WrongOption("no lowered form of this version");
    this.form = form;
    this.reader = new Reader(form);
    this.facts = new Map(form.things.flatMap((s) => s.facts.map((f) => [f.term, f])));
    this.largest = BigInt(form.largest);
    form.steps.forEach((step) => prepared(step, form.steps));
    for (const table of Object.values(form.tables)) for (const total of table.totals) total[1] = BigInt(total[1]);
    for (const supply of Object.values(form.figures)) for (const rows of Object.values(supply)) for (const row of rows) row[1] = BigInt(row[1]);
  }

  /** The figures and readings of a case, as facts that every run shares. */
  chosen({ readings = {}, figures, reasons, ...others } = {}) {
    for (const key of Object.keys(others)) throw new WrongOption(`no option “${key}”`);
    const supply = this.form.figures[figures ?? Object.keys(this.form.figures)[0]];
    if (!supply || !Object.hasOwn(this.form.figures, figures ?? Object.keys(this.form.figures)[0])) throw new WrongOption(`no figures “${figures}”`);
    const known = new Set(this.form.readings.map((r) => r.id)), found = new Map();
    for (const key of Object.keys(readings)) if (!known.has(key)) throw new WrongOption(`no reading “${key}”`);
    for (const reading of this.form.readings) {
      const choice = Object.hasOwn(readings, reading.id) ? readings[reading.id] : reading.default, code = reading.choices.indexOf(choice);
      if (code < 0) throw new WrongOption(`no choice “${choice}” of ${reading.id}`);
      found.set(reading.term, [code]);
    }
    return [supply, found];
  }

  decideText(text, options = {}) {
    const chosen = this.chosen(options);
    let given;
    try {
      const plain = text.replace(/^\ufeff/, "");
      try { given = JSON.parse(plain); } catch { throw new Refused("", "no-json"); }
      checkText(plain);
    } catch (error) { return this.failed(error, given); }
    return this.decided(given, chosen, options);
  }

  decide(given, options = {}) { return this.decided(given, this.chosen(options), options); }

  decided(given, [supply, readings], options) {
    try {
      const facts = this.reader.read(given), run = new Run(this, facts, supply, readings);
      const refused = this.form.refusals.filter((r) => [run.values[r.step]].flat().includes(YES));
      if (refused.length) return this.nothing("refused", given, refused.map(({ code, message, cites }) => ({ code, message, cites: [cites] })));
      return this.result(run, given, options.reasons ?? true);
    } catch (error) { return this.failed(error, given); }
  }

  failed(error, given) {
    if (error instanceof Refused) return this.nothing("refused", given, [{ code: error.code, path: error.path, cites: [] }]);
    if (error instanceof Careful) return this.nothing("careful", given, []);
    throw error;
  }

  head(status, given) {
    const id = isObject(given) ? given.case_id : null;
    return { case_id: typeof id === "string" && wellFormed(id) ? id.normalize("NFC") : null, status, ruleset: this.form.ruleset };
  }

  nothing(status, given, findings) {
    const found = this.head(status, given);
    for (const shown of this.form.shown) if (shown.thing === ROOT) found[shown.key] = null; else found[shown.thing] = [];
    return { ...found, needs: [], findings };
  }

  result(run, given, reasons) {
    const open = this.form.shown.filter((s) => s.decisive && run.at(s.value, 0) === this.form.steps[s.value].unknown), needs = new Map();
    const seen = new Set();
    for (const shown of open) run.wanted(shown.value, 0, needs, seen);
    const found = this.head(open.length ? "undetermined" : "determined", given);
    this.put(run, found, ROOT, 0);
    for (const thing of new Set(this.form.shown.map((s) => s.thing))) if (thing !== ROOT) {
      const ids = [...run.facts.ids.get(thing).keys()];
      found[thing] = run.facts.paths.get(thing).map((_, i) => {
        const item = this.put(run, { id: ids[i] ?? "" }, thing, i);
        return reasons ? { ...item, decided: this.reasons(run, thing, i) } : item;
      });
    }
    if (reasons) Object.assign(found, { decided: this.reasons(run, ROOT, 0), ceilings: this.ceilings(run) });
    return { ...found, needs: [...needs.values()], findings: [] };
  }

  put(run, item, thing, i) {
    for (const shown of this.form.shown) if (shown.thing === thing) {
      const condition = shown.condition === null ? YES : run.at(shown.condition, i), step = this.form.steps[shown.value];
      if (condition === NO) continue;
      let code = condition === DOUBT ? step.unknown : run.at(shown.value, i);
      if (condition !== DOUBT && code === DOUBT && step.kind === "yes_or_no" && thing !== ROOT) code = this.agreed(run, shown.value, i);
      item[shown.key] = code === step.unknown ? null : this.text(run, step, shown, code);
      if (code !== step.unknown && step.kind === "number") {
        const [text, exact] = decimal(fraction(top(code), low(code) * step.size));
        item[shown.key] = text;
        if (exact) item[`${shown.key}_exact`] = exact;
      }
    }
    return item;
  }

  text(run, step, shown, code) {
    switch (step.kind) {
      case "yes_or_no": return code === YES;
      case "choice": return shown.choices[code];
      case "choices": return shown.choices.filter((_, i) => code >> BigInt(i) & 1n).sort();
      case "date": return dayText(code);
      case "reference": return [...run.facts.ids.get(this.facts.get(shown.term)?.target ?? step.data[1]).keys()][code];
      default: return code;
    }
  }

  /** A yes or no of an item that every choice of a missing fact of the case gives; else in doubt. */
  agreed(run, place, i) {
    const needs = new Map();
    run.wanted(place, i, needs, new Set());
    const root = this.reader.shapes.get(ROOT).facts;
    for (const path of needs.keys()) {
      const fact = root.find((f) => f.kind === "choice" && f.path.join(".") === path);
      if (!fact) continue;
      run.trials ??= new Map();
      if (!run.trials.has(path)) {
        run.trials.set(path, fact.choices.map((_, code) => new Run(this, run.facts, run.supply, new Map([...run.supposed, [fact.term, [code]]]))));
      }
      const codes = new Set(run.trials.get(path).map((trial) => trial.at(place, i)));
      if (codes.size === 1 && !codes.has(DOUBT)) return [...codes][0];
    }
    return DOUBT;
  }

  reasons(run, thing, i) {
    const found = {};
    for (const { term, node, clauses } of this.form.deciding) if (term.split(".")[0] === thing) {
      const code = run.at(node, i);
      if (code < clauses.length) found[term] = this.form.citations[clauses[code]];
    }
    return found;
  }

  /** What each ceiling took, and each floor gave. */
  ceilings(run) {
    const found = [];
    for (const { term, clause, at_most, node } of this.form.took) {
      const thing = term.split(".")[0], ids = thing === ROOT ? [] : [...run.facts.ids.get(thing).keys()], step = this.form.steps[node];
      run.facts.paths.get(thing).forEach((_, i) => {
        const code = run.at(node, i);
        if (code === null || isZero(code)) return;
        found.push({ term, id: ids[i] ?? null, cites: this.form.citations[clause], kind: at_most ? "at_most" : "at_least", took: decimal(fraction(top(code), low(code) * step.size))[0] });
      });
    }
    return found;
  }
}

/** A step with what is worked out of it once. */
function prepared(step, steps) {
  step.args ??= [];
  step.data ??= [];
  step.of ??= "";
  step.size = step.kind === "number" ? BigInt(step.size) : step.size ?? 0;
  step.column = step.of !== "" && step.of !== ROOT;
  step.parts = step.args.map((a) => steps[a]);
  step.unknown = unknownOf(step);
  if (["among", "includes", "times", "div"].includes(step.op)) step.data = step.data.map(BigInt);
  if (step.op === "const" && (step.kind === "number" || step.kind === "choices")) step.data = step.data.map((x) => (x === null ? null : BigInt(x)));
  if (step.op === "round" || step.op === "add_up") step.data = [step.data[0], ...step.data.slice(1).map(BigInt)];
  if (step.op === "dated" && step.kind === "number") step.data = [step.data[0], step.data[1].map((x) => (x === null ? null : BigInt(x))), step.data[2]];
  if (step.op === "agg" || step.op === "run") step.g = gathered(step);
  if (step.op === "share") step.g = shared(step);
}

/** What decides cases by a lowered form (an object, as JSON gives it; it is taken over). */
export function engine(form) {
  const made = new Engine(form);
  return {
    ruleset: form.ruleset, readings: form.readings, figures: Object.keys(form.figures),
    decide: (given, options) => made.decide(given, options), decideText: (text, options) => made.decideText(text, options),
  };
}
