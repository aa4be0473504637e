/** The arguments of a step that gathers, by what they are. */
function gathered(step) {
  const [name, thing, relation, flags, ranked, skips] = step.data, args = [...step.args], found = {};
  for (const flag of "rvwmd") found[flag] = flags.includes(flag) ? args.shift() : null;
  return { name, thing, relation, ranked, skips, keys: args, ordered: flags.includes("b"), dates: found.d, ...found };
}
function shared(step) {
  const [thing, inOrder, dated] = step.data, [outcome, base, own, bound] = step.args;
  return { thing, outcome, base, own, bound, dates: dated ? step.args[4] : null, ordered: inOrder, others: true, keys: step.args.slice(dated ? 5 : 4) };
}

/** The result of those that belong: [value, whether each surely belongs]. */
function gather(g, members, doubt, unknown) {
  if (g.name === "some") return members.length ? YES : NO;
  if (g.name === "number") return doubt || members.some(([, sure]) => !sure) ? null : BigInt(members.length);
  if (g.name === "total") {
    let sum = 0n;
    for (const [value, sure] of members) {
      if (!sure && g.skips && isZero(value)) continue;
      if (doubt || !sure || value === null) return null;
      sum = add(sum, value);
    }
    return doubt ? null : sum;
  }
  let best = null;
  for (const [value, sure] of members) {
    if (!sure || value === unknown) doubt = true;
    else if (best === null || (g.name === "highest" ? compare(value, best) > 0 : compare(value, best) < 0)) best = value;
  }
  const last = g.name === "highest" ? g.ranked - 1 : 0;
  return best === null || (doubt && !(g.ranked && best === last)) ? unknown : best;
}

/** For an aggregate: the members of each result, and whether a list of them is not given. */
function members(run, step) {
  const g = step.g, count = run.size(g.thing), slots = g.relation === "item" ? run.size(step.of) : 1;
  const found = Array.from({ length: slots }, () => []);
  const never = g.r !== null && run.form.steps[g.r].op === "owner"; // -1 is listed elsewhere, not in doubt
  for (let i = 0; i < count; i++) {
    const inside = g.w === null ? YES : run.at(g.w, i);
    if (inside === NO) continue;
    const member = (sure) => [g.v === null ? 1n : run.at(g.v, i), sure && inside === YES, i];
    if (g.relation !== "item") { found[0].push(member(true)); continue; }
    const to = run.at(g.r, i);
    if (to >= 0) found[to].push(member(true));
    else if (!never) found.forEach((slot) => slot.push(member(false)));
  }
  return found;
}

/** Steps that are made of whole columns. */
const WHOLE = {
  fact: (run, step) => {
    const given = run.supposed?.get(step.data[0]) ?? run.facts.facts.get(step.data[0]);
    return step.column ? given : given[0];
  },
  unlisted: (run, step) => { const flags = run.facts.unlisted.get(step.data.join(" ")); return step.column ? flags : flags[0]; },
  owner: (run, step) => run.facts.owner.get(step.data.join(" ")),
  owned: (run, step) => {
    const [thing, owner] = step.data, owners = run.engine.reader.shapes.get(thing).owners;
    return run.each(step, (i) => ((owner === ROOT
      ? owners.every((o) => o === ROOT || run.facts.owner.get(`${thing} ${o}`)[i] < 0) : run.facts.owner.get(`${thing} ${owner}`)[i] >= 0) ? YES : NO));
  },
  any: (run, step) => (run.facts.paths.get(step.data[0]).some((_, i) => run.at(step.args[0], i) === YES) ? YES : NO),
  hop: (run, step) => run.each(step, (i) => { const to = run.at(step.args[1], i); return to < 0 ? step.unknown : run.at(step.args[0], to); }),
  inverse: (run, step) => {
    const found = new Array(run.size(step.of)).fill(-1), there = run.values[step.args[0]];
    for (let i = there.length - 1; i >= 0; i--) if (there[i] >= 0) found[there[i]] = i;
    return found;
  },
  watch: (run, step) => run.each(step, (i) => {
    const x = run.at(step.args[0], i), bound = run.engine.largest;
    if (x !== null && (top(x) > bound || top(x) < -bound || low(x) > bound)) throw new Careful();
    return x;
  }),
  dated: (run, step) => run.each(step, (i) => {
    const day = run.at(step.args[0], i), starts = step.data[0];
    if (day === null) return null;
    let at = starts.length;
    while (at && starts[at - 1] > day) at--;
    return at ? step.data[1][at - 1] : null;
  }),
  cells: (run, step) => run.each(step, (i) => {
    const selection = run.selection(step, i);
    if (selection === YES || selection === DOUBT) return selection === YES ? 0n : null;
    const [value, missing] = run.sum(step.data[0], selection);
    return missing.length ? null : value;
  }),
  agg: (run, step) => {
    const g = step.g, unknown = g.v === null ? null : run.form.steps[g.v].unknown;
    const found = members(run, step).map((m, i) => gather(g, m, g.m !== null && run.at(g.m, i) !== NO, unknown));
    return step.column ? found : found[0];
  },
  run: (run, step) => {
    const g = step.g, count = run.size(g.thing), unknown = g.v === null ? null : run.form.steps[g.v].unknown;
    return run.each(step, (i) => {
      const inside = [];
      for (let j = 0; j < count; j++) {
        const belongs = run.beside(g, j, i) & (g.w === null ? YES : run.at(g.w, j));
        if (belongs) inside.push([g.v === null ? 1n : run.at(g.v, j), belongs === YES]);
      }
      return gather(g, inside, g.m !== null && run.at(g.m, i) !== NO, unknown);
    });
  },
  share: (run, step) => {
    const g = step.g, count = run.size(g.thing), sharers = sharing(run, g);
    return run.each(step, (i) => {
      const own = run.at(g.own, i), bound = run.at(g.bound, i);
      if (run.at(g.outcome, i) === NO || isNothing(own, g)) return own;
      let others = 0n;
      for (const j of sharers) {
        const belongs = j === i ? NO : run.beside(g, j, i) & run.at(g.outcome, j);
        if (belongs === NO || others === null) continue;
        const base = run.at(g.base, j);
        others = belongs === YES && base !== null ? add(others, base) : null;
      }
      if (own === null || bound === null || others === null) return null;
      if (g.ordered) return least(own, most(sub(bound, others), 0n));
      const total = add(own, others), part = div(bound, total);
      return part === null ? null : compare(part, 1n) >= 0 ? own : mul(own, part);
    });
  },
  add_up: (run, step) => {
    const [outcome, own, total] = step.args, [thing, scale, scaleOfTotal] = step.data, count = run.size(thing);
    const items = Array.from({ length: count }, (_, i) => i).filter((i) => run.at(outcome, i) !== NO), whole = run.at(total, 0);
    const found = new Array(count).fill(null);
    if (whole === null || items.some((i) => run.at(own, i) === null)) return found;
    const floors = new Map(items.map((i) => { const x = run.at(own, i); return [i, floor(top(x), low(x) * scale)]; }));
    let over = whole;
    for (const f of floors.values()) over = sub(over, f * scaleOfTotal);
    const rest = (i) => sub(run.at(own, i), floors.get(i) * scale);
    items.sort((a, b) => compare(rest(b), rest(a)) || a - b);
    items.forEach((i, rank) => { found[i] = floors.get(i) + (compare(BigInt(rank) * scaleOfTotal, over) < 0 ? 1n : 0n); });
    return found;
  },
};

function sharing(run, g) {
  return Array.from({ length: run.size(g.thing) }, (_, i) => i).filter((i) => run.at(g.outcome, i) !== NO && !isNothing(run.at(g.base, i), g));
}

/** Whether there is nothing to fit under a ceiling: 0, or less where all are cut alike. */
function isNothing(value, g) {
  return isZero(value) || (!g.ordered && value !== null && compare(value, 0n) < 0);
}
