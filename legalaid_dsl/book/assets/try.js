// A case by a form, decided in this page by the rules above. DATA: the form, names of results and clauses, examples, words.
const { words: W, form: FORM, results: NAMES, clauses: CLAUSES, examples: EXAMPLES } = DATA;
let facts = {}, chosen = {}, count = 0;

function make(tag, given = {}, ...inside) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(given)) key in node && key !== "list" ? (node[key] = value) : node.setAttribute(key, value);
  node.append(...inside);
  return node;
}
function read(item, path) {
  return path.reduce((held, key) => (held === null || held === undefined ? undefined : held[key]), item);
}
// An absent fact is not known: what is emptied goes, and what then holds nothing goes with it.
function write(item, [key, ...rest], value) {
  if (rest.length) {
    const inner = item[key] ?? {};
    write(inner, rest, value);
    value = Object.keys(inner).length ? inner : undefined;
  }
  if (value === undefined) delete item[key];
  else item[key] = value;
}
function select(options, value, on, label) {
  const node = make("select", { "aria-label": label });
  for (const [key, name] of options) node.append(make("option", { value: key, selected: key === value }, name));
  node.addEventListener("change", () => on(node.value));
  return node;
}
function ids(thing) {
  const found = [];
  (function walk(item, own) {
    for (const list of FORM.things[own].lists) {
      for (const inner of item[list.key] ?? []) {
        if (list.key === thing && inner.id) found.push([inner.id, inner.id]);
        walk(inner, list.key);
      }
    }
  })(facts, FORM.root);
  return found;
}
function field(item, fact) {
  const value = read(item, fact.path), set = (v) => { write(item, fact.path, v); decideNow(); };
  const unknown = ["", W.unknown];
  if (fact.kind === "yes_or_no") {
    const now = value === true ? "yes" : value === false ? "no" : "";
    return select([unknown, ["yes", W.yes], ["no", W.no]], now, (v) => set(v ? v === "yes" : undefined), fact.name);
  }
  if (fact.kind === "choice") return select([unknown, ...fact.choices.map((c) => [c.key, c.name])], value ?? "", (v) => set(v || undefined), fact.name);
  if (fact.kind === "reference") return select([unknown, ...ids(fact.of)], value ?? "", (v) => set(v || undefined), fact.name);
  if (fact.kind === "choices") {
    const box = make("div", { className: "many", role: "group", "aria-label": fact.name });
    for (const choice of fact.choices) {
      const input = make("input", { type: "checkbox", checked: (value ?? []).includes(choice.key) });
      input.addEventListener("change", () => {
        const now = fact.choices.map((c) => c.key).filter((k) => (k === choice.key ? input.checked : (read(item, fact.path) ?? []).includes(k)));
        set(now.length ? now : undefined);
      });
      box.append(make("label", {}, input, ` ${choice.name}`));
    }
    const some = (value ?? []).map((k) => fact.choices.find((c) => c.key === k)?.name ?? k).join(", ");
    return fact.choices.length > 6 ? make("details", {}, make("summary", {}, some || W.unknown), box) : box;
  }
  const input = make("input", { type: fact.kind === "date" ? "date" : "text", value: value ?? "", "aria-label": fact.name });
  if (fact.kind === "number") input.inputMode = "decimal";
  input.addEventListener("change", () => set(input.value.trim() ? (fact.kind === "number" ? input.value.trim().replace(",", ".") : input.value.trim()) : undefined));
  return input;
}
function rows(item, thing) {
  const found = FORM.things[thing].facts.map((fact) => make("div", { className: "field" },
    make("span", { title: fact.asked }, fact.name + (fact.unit ? ` (${fact.unit})` : "")), field(item, fact)));
  return [...found, ...FORM.things[thing].lists.map((list) => listOf(item, list))];
}
function listOf(item, list) {
  const inside = item[list.key] ?? [];
  const box = make("fieldset", {}, make("legend", {}, list.name));
  inside.forEach((inner, place) => {
    const gone = make("button", { type: "button" }, W.remove);
    gone.addEventListener("click", () => { inside.splice(place, 1); if (!inside.length) delete item[list.key]; draw(); });
    const head = make("summary", {}, `${list.one} ${inner.id ?? place + 1}`);
    box.append(make("details", { className: "item", open: inside.length < 4 }, head, ...rows(inner, list.key), gone));
  });
  const more = make("button", { type: "button" }, `${W.add}: ${list.one}`);
  more.addEventListener("click", () => {
    count += 1;
    item[list.key] = [...inside, list.identified ? { id: `${list.key[0].toUpperCase()}${count}` } : {}];
    draw();
  });
  box.append(more);
  return box;
}
function shown(result, value) {
  if (value === undefined || value === null) return "–";
  if (typeof value === "boolean") return value ? W.yes : W.no;
  if (result.choices[value]) return result.choices[value];
  const text = String(value);
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text;
  const [whole, part] = text.split(".");
  const [group, point] = DATA.lang === "vi" ? [".", ","] : [",", "."];
  return whole.replace(/\B(?=(\d{3})+$)/g, group) + (part ? point + part : "") + (result.unit ? ` ${result.unit}` : "");
}
function clauses(decided) {
  const paths = [...new Set(Object.values(decided ?? {}).flat())].filter((p) => CLAUSES[p]);
  return paths.flatMap((p, i) => [i ? " · " : "", make("a", { href: CLAUSES[p].href }, CLAUSES[p].name)]);
}
function decideNow() {
  const box = document.getElementById("answer");
  let result;
  try {
    result = decide(JSON.parse(JSON.stringify(facts)), { figures: document.getElementById("figures").value, readings: chosen });
  } catch (error) {
    box.replaceChildren(make("p", { className: "state" }, String(error.message ?? error)));
    return;
  }
  const root = NAMES[FORM.root], parts = [make("p", { className: "state" }, W[`is_${result.status}`])];
  if (result.status === "determined" || result.status === "undetermined") {
    const money = root.results.filter((r) => r.key in result).reverse();
    parts.push(make("dl", { className: "sums" }, ...money.flatMap((r) => [make("dt", {}, r.name), make("dd", {}, shown(r, result[r.key]))])));
  }
  if (result.needs?.length) {
    parts.push(make("h3", {}, W.needs), make("ul", {}, ...result.needs.map((n) => make("li", {}, `${n.question?.[DATA.lang] ?? n.key} `, make("code", {}, n.path ?? n.key)))));
  }
  for (const finding of result.findings ?? []) parts.push(make("p", {}, `${finding.message?.[DATA.lang] ?? finding.code} `, make("code", {}, finding.path ?? "")));
  for (const [thing, { name, results }] of Object.entries(NAMES)) {
    if (thing === FORM.root || !Array.isArray(result[thing])) continue;
    for (const item of result[thing]) {
      const line = results.filter((r) => r.key in item && item[r.key] !== null).map((r) => `${r.name}: ${shown(r, item[r.key])}`).join("; ");
      if (line) parts.push(make("details", {}, make("summary", {}, make("b", {}, `${name} ${item.id ?? ""}`), ` ${line}`), make("p", { className: "clauses" }, ...clauses(item.decided))));
    }
  }
  const own = clauses(result.decided);
  if (own.length) parts.push(make("h3", {}, W.clauses), make("p", { className: "clauses" }, ...own));
  box.replaceChildren(...parts);
}
function draw() {
  document.getElementById("form").replaceChildren(...rows(facts, FORM.root));
  const open = FORM.readings.map((r) => make("div", { className: "field" }, make("span", {}, r.question),
    select(r.choices.map((c) => [c.key, c.name]), chosen[r.id] ?? r.default, (v) => { chosen[r.id] = v; decideNow(); }, r.question)));
  document.getElementById("readings").replaceChildren(...open);
  decideNow();
}
function load(example) {
  facts = JSON.parse(JSON.stringify(example?.facts ?? {}));
  chosen = { ...(example?.readings ?? {}) };
  if (example) document.getElementById("figures").value = example.figures;
  draw();
}
const figures = document.getElementById("figures"), list = document.getElementById("examples");
for (const name of rules.figures) figures.append(make("option", { value: name }, W[`figures_${name}`] ?? name));
figures.value = "none";
figures.addEventListener("change", decideNow);
list.append(make("option", { value: "" }, W.empty), ...EXAMPLES.map((e, i) => make("option", { value: String(i) }, e.title)));
list.addEventListener("change", () => load(list.value === "" ? null : EXAMPLES[Number(list.value)]));
document.getElementById("clear").addEventListener("click", () => { list.value = ""; load(null); });
const asked = EXAMPLES.findIndex((e) => e.key === new URLSearchParams(location.search).get("example"));
if (asked >= 0) list.value = String(asked);
load(asked >= 0 ? EXAMPLES[asked] : EXAMPLES[0] ?? null);
if (asked < 0 && EXAMPLES.length) list.value = "0";
