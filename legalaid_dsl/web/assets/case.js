// A case: the form on one side, the answer as it grows on the other. The facts are the case file itself.

import { $, asked, byText, doing, download, el, lang, latest, show, words } from "./common.js";
import { field } from "./fields.js";
import { many, next } from "./case_more.js";
import { rows } from "./paste.js";

let form = null;
let facts = {};
let readings = {};
let layer = "explanation";
let page = "";
const WIDEST = 6; // columns of a table that a page has room for; the other facts of an item stand under it
const KEPT = "legalaid-case"; // in this tab only: a case is about people

// ---------------------------------------------------------------- form

const ID = () => ({ path: ["id"], name: words.id, names: [words.id, "id", "mã"], kind: "text", asked: "", of_id: true });

function fields(thing, item, where, label, hidden) {
  return (fact) => field(fact, item, where, label(fact), changed, hidden);
}

function draw() {
  const root = form.things[form.root];
  const own = fields(root, facts, "", (f) => f.name, false);
  const always = root.facts.filter((f) => !f.optional);
  const other = root.facts.filter((f) => f.optional);
  const ids = Object.entries(form.things).filter(([, t]) => t.identified).map(([key]) => el("datalist", { id: `ids-${key}` }));
  $("form").replaceChildren(
    el("div", { class: "grid" }, ...always.map(own)),
    other.length ? el("details", { class: "more" }, el("summary", {}, words.more_facts), el("div", { class: "grid" }, ...other.map(own))) : "",
    ...root.lists.map((l) => list(l, facts, "", 3)), ...ids);
  named();
}

function named() {
  for (const place of document.querySelectorAll("datalist")) {
    const items = facts[place.id.slice(4)];
    place.replaceChildren(...(Array.isArray(items) ? items : []).filter((i) => i && i.id).map((i) => el("option", { value: i.id })));
  }
}

/** A list as a table: an item has a row of what is always asked, and one of what is only stated where there is any. */
function list(own, holder, where, level) {
  const thing = form.things[own.key];
  const path = [where, own.key].filter(Boolean).join(".");
  const always = thing.facts.filter((f) => !f.optional);
  const columns = [...(thing.identified ? [ID()] : []), ...always.slice(0, WIDEST)];
  const more = [...always.slice(WIDEST), ...thing.facts.filter((f) => f.optional)];
  const place = el("section", { class: "list", "data-path": path, tabindex: "-1" });

  const again = () => {
    const items = Array.isArray(holder[own.key]) ? holder[own.key] : null;
    const state = el("select", { "aria-label": `${words.list_state} ${own.name}` },
      el("option", { value: "" }, own.none ? words.not_stated : words.not_known), el("option", { value: "all" }, words.listed));
    state.value = items ? "all" : "";
    state.addEventListener("change", () => {
      if (state.value) holder[own.key] = [];
      else delete holder[own.key];
      again();
      changed();
    });
    const add = el("button", { type: "button", onclick: () => {
      const made = thing.identified ? { id: fresh(items || [], own.key) } : {};
      holder[own.key] = [...(items || []), made];
      again();
      changed();
      place.querySelector("tbody:last-of-type input, tbody:last-of-type select")?.focus();
    } }, `${words.add} ${own.one}`);
    place.replaceChildren(
      el("div", { class: "list-head" }, el(`h${level}`, {}, own.name), state),
      items && items.length ? el("div", { class: "scroll" }, table(items)) : "",
      el("div", { class: "bar" }, add, pasting(items || [])));
    named();
  };

  const table = (items) => el("table", { class: "items" },
    el("caption", { class: "unseen" }, own.name),
    el("thead", {}, el("tr", {}, ...columns.map((f) => el("th", { scope: "col" }, f.name, f.unit ? ` (${f.unit})` : "")), el("td", {}))),
    ...items.map((item, i) => {
      const at = `${path}[${i}]`;
      const label = (f) => `${f.name}, ${own.one} ${item.id || i + 1}`;
      const remove = el("button", { type: "button", class: "remove", "aria-label": `${words.remove} ${own.one} ${item.id || i + 1}`, onclick: () => {
        holder[own.key] = items.filter((_, k) => k !== i);
        again();
        changed();
        place.querySelector(".bar button").focus();
      } }, words.remove);
      const cells = columns.map((f) => el("td", { "data-name": f.name[0].toUpperCase() + f.name.slice(1), class: f.of_id || f.kind === "reference" ? "of-id" : "" }, field(f, item, at, label(f), changed, true)));
      const inner = thing.lists.map((l) => list(l, item, at, Math.min(level + 1, 6)));
      const under = more.length ? el("details", { class: "more", open: more.some((f) => f.path[0] in item) },
        el("summary", {}, words.more_facts), el("div", { class: "grid" }, ...more.map((f) => field(f, item, at, label(f), changed)))) : null;
      return el("tbody", {}, el("tr", {}, ...cells, el("td", {}, remove)),
        under || inner.length ? el("tr", { class: "under" }, el("td", { colspan: String(columns.length + 1) }, under, ...inner)) : "");
    }));

  const pasting = (items) => {
    const box = el("textarea", { rows: "4", "aria-label": words.paste, placeholder: columns.map((f) => f.name).join("\t") });
    const asking = el("div", { class: "grid", role: "group", "aria-label": words.paste_columns });
    const chosen = {};
    const take = el("button", { type: "button", onclick: () => {
      const found = rows(box.value, [...columns, ...more], lang, chosen);
      if (found.unknown.length) {
        asking.replaceChildren(el("p", { role: "status" }, words.paste_columns), ...found.unknown.map((name) => {
          chosen[name] = "";
          const select = el("select", {}, el("option", { value: "" }, words.paste_ignored), ...[...columns, ...more].map((f) => el("option", {}, f.name)));
          select.addEventListener("change", () => { chosen[name] = select.value; });
          return el("label", { class: "field" }, el("span", { class: "label" }, `“${name}”`), select);
        }));
        return;
      }
      const all = [...items];
      for (const item of found.items) all.push(thing.identified && !item.id ? { id: fresh(all, own.key), ...item } : item);
      if (!found.items.length) return;
      holder[own.key] = all;
      again();
      changed();
      const left = [...found.left.map(([i, name, text]) => `${words.row} ${i}, ${name}: “${text}” – ${words.paste_left}`),
        ...found.totals.map(([i, text]) => `${words.row} ${i}: “${text}” – ${words.paste_total}`)].join("; ");
      place.append(el("p", { role: "status", class: left ? "warning" : "soft" },
        `${found.items.length} ${words.paste_done}. ${left ? `${left}.` : ""}`));
    } }, words.paste_add);
    return el("details", { class: "paste" }, el("summary", {}, words.paste), el("p", { class: "soft" }, words.paste_about), box, asking, take);
  };

  again();
  return place;
}

function fresh(items, key) {
  const taken = new Set(items.map((i) => i && i.id));
  let n = items.length + 1;
  while (taken.has(`${key[0].toUpperCase()}${n}`)) n += 1;
  return `${key[0].toUpperCase()}${n}`;
}

// ---------------------------------------------------------------- answer

function decide() {
  sessionStorage.setItem(KEPT, JSON.stringify({ facts, readings, illustrative: $("illustrative").checked }));
  ask();
}

const given = () => ({ facts, readings, illustrative: $("illustrative").checked });

const ask = latest(300, async (still) => {
  const found = await asked("answer", { ...given(), layer });
  if (!still()) return;
  answered(found);
  page = found.page;
  show($("page"), page);
  await next(given(), still, goTo, (path) => {
    unknown(path);
    draw();
    decide();
  });
});

/** "Not known" as an answer: a null where the fact would stand. */
function unknown(path) {
  const way = path.split(/[.[\]]+/).filter(Boolean);
  let place = facts;
  way.slice(0, -1).forEach((step, i) => {
    if (place[step] === undefined) place[step] = /^\d+$/.test(way[i + 1]) ? [] : {};
    place = place[step];
  });
  place[way.at(-1)] = null;
}

function answered(found) {
  const value = (line) => (line.between ? words.between.replace("{low}", line.between[0]).replace("{high}", line.between[1]) : line.value);
  const status = found.status === "refused" ? words.refused_status : words[found.status];
  const parts = [el("p", { class: `status ${found.status}` }, status)];
  if (found.reliability === "illustrative") parts.push(el("p", { class: "warning" }, words.illustrative_answer));
  if (found.status !== "refused" && found.money.length) {
    parts.push(el("div", { class: "money" }, el("strong", {}, value(found.money[0])), el("span", {}, found.money[0].name)));
    parts.push(el("dl", {}, ...found.money.slice(1).flatMap((line) => [el("dt", {}, line.name), el("dd", {}, value(line))])));
  }
  const block = (name, items, line) => {
    if (items.length) parts.push(el("h3", {}, name), el("ul", { class: "plain" }, ...items.map(line)));
  };
  block(words.missing, found.questions, (q) => el("li", {}, el("button", { type: "button", class: "link", onclick: () => goTo(q.path) },
    q.subject ? `${q.subject}: ${q.text}` : q.text), q.cites ? el("span", { class: "cite" }, q.cites) : ""));
  const said = (f) => el("li", {}, f.subject ? `${f.subject}: ` : "", f.message, f.cites ? el("span", { class: "cite" }, f.cites) : "");
  block(words.refused, found.refused, said);
  block(words.openings, found.openings, said);
  block(words.findings, found.findings, said);
  if (found.rests_on.length) {
    parts.push(el("details", { class: "rests", open: false }, el("summary", {}, words.rests_on), el("ul", { class: "plain" }, ...found.rests_on.map((c) => el("li", {},
      c.file ? el("a", { href: `/?lang=${lang}&back=case#${c.file}:${c.line}` }, c.name) : c.name)))));
  }
  if (found.by !== "now") parts.push(el("p", { class: "soft" }, byText(found.by)));
  $("answer").replaceChildren(...parts);
  for (const input of document.querySelectorAll("#form .wanted")) input.classList.remove("wanted");
  for (const path of found.needs) input(path)?.classList.add("wanted");
}

function input(path) {
  const all = [...document.querySelectorAll("#form [data-path]")];
  return all.find((i) => i.dataset.path === path) || all.find((i) => i.dataset.path.startsWith(`${path}.`));
}

function goTo(path) {
  const found = input(path);
  if (!found) return;
  for (let up = found.parentElement; up; up = up.parentElement) if (up.matches("details")) up.open = true;
  if (found.matches("details")) found.open = true;
  found.scrollIntoView({ block: "center" });
  (found.matches("details") ? found.querySelector("summary") : found).focus();
}

function changed() {
  named();
  decide();
}

function taken(found) {
  facts = found;
  draw();
  changed();
}

// ---------------------------------------------------------------- what is done

const named_after = () => (typeof facts.case_id === "string" && /^[\w.-]{1,60}$/.test(facts.case_id) ? facts.case_id : "case");

function layered(name) {
  layer = name;
  for (const one of ["explanation", "what_if", "statement"]) $(one).setAttribute("aria-pressed", String(one === name));
  decide();
}

$("explanation").addEventListener("click", () => layered("explanation"));
$("what_if").addEventListener("click", () => layered("what_if"));
$("statement").addEventListener("click", () => layered("statement"));
$("save-page").addEventListener("click", () => download(new Blob([page], { type: "text/html" }), `${named_after()}-${layer}.html`));
$("receipt").addEventListener("click", doing(async () => {
  const { text } = await asked("receipt", given());
  download(new Blob([text], { type: "application/json" }), `${named_after()}-receipt.json`);
}));
$("print").addEventListener("click", () => $("page").contentWindow.print());
document.addEventListener("keydown", (event) => { // what is wanted on paper is the page, not the form
  if ((event.ctrlKey || event.metaKey) && event.key === "p") {
    event.preventDefault();
    $("print").click();
  }
});
$("illustrative").addEventListener("change", () => decide());
$("new").addEventListener("click", () => taken({}));
$("form").addEventListener("submit", (event) => event.preventDefault());
$("save").addEventListener("click", () => {
  download(new Blob([`${JSON.stringify(facts, null, 2)}\n`], { type: "application/json" }), `${named_after()}.json`);
});
$("load").addEventListener("change", doing(async () => {
  const file = $("load").files[0];
  $("load").value = "";
  if (!file) return;
  let found = null;
  try {
    found = JSON.parse(await file.text());
  } catch { /* told below */ }
  if (!found || typeof found !== "object" || Array.isArray(found)) {
    $("trouble").hidden = false;
    $("trouble").textContent = words.no_json;
    return;
  }
  taken(found);
}));

await doing(async () => {
  const found = await asked("form");
  form = found.form;
  if (!form) {
    $("answer").textContent = words.no_rules;
    return;
  }
  const kept = JSON.parse(sessionStorage.getItem(KEPT) || "{}");
  const known = new Map(form.readings.map((r) => [r.id, r.choices.map((c) => c.key)]));
  readings = Object.fromEntries(Object.entries(kept.readings || {}).filter(([id, key]) => known.get(id)?.includes(key)));
  $("illustrative").checked = kept.illustrative === true;
  $("readings").replaceChildren(...form.readings.map((r, i) => {
    const made = el("select", { id: `r${i}` }, ...r.choices.map((c) => el("option", { value: c.key }, c.key === r.default ? `${c.name} (${words.by_default})` : c.name)));
    made.value = readings[r.id] || r.default;
    made.addEventListener("change", () => {
      if (made.value === r.default) delete readings[r.id];
      else readings[r.id] = made.value;
      decide();
    });
    return el("div", { class: "field" }, el("label", { for: `r${i}` }, r.question), el("small", {}, r.cites), made);
  }));
  taken(kept.facts || {});
  const names = Object.values(form.things).flatMap((t) => t.facts.map((f) => f.name));
  many(() => ({ readings, illustrative: $("illustrative").checked }), [...new Set(names)]);
})();
