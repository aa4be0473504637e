// Inputs made from the glossary. Each changes the facts of the case itself; "not known" is a choice like any other.

import { el, lang, words } from "./common.js";
import { at, decimal, put } from "./paste.js";

let last = 0;

/** An input for a fact of an item. ``where``: its path in the case; ``changed``: called after each change. */
export function field(fact, item, where, label, changed, hidden = false) {
  const id = `f${++last}`;
  const path = [where, ...fact.path].filter(Boolean).join(".");
  const given = at(item, fact.path);
  const set = (value) => {
    put(item, fact.path, value);
    changed();
  };
  const input = (MADE[fact.kind] || written)(fact, given, set, id, label);
  input.dataset.path = path;
  const several = fact.kind === "choices"; // no input of its own that a label could name: its summary says it
  const named = { class: hidden ? "unseen" : "label" };
  const shown = hidden ? label : fact.name;
  const name = several ? el("span", { ...named, "aria-hidden": "true" }, shown) : el("label", { for: id, ...named }, shown);
  const asked = fact.asked && !hidden ? el("small", { id: `${id}-asked` }, fact.asked) : null;
  if (asked && !several) input.setAttribute("aria-describedby", asked.id);
  if (fact.kind === "date") return el("div", { class: "field" }, name, asked, input, dayInWords(input));
  const unit = fact.unit ? el("span", { class: "unit" }, fact.unit) : null;
  if (fact.kind === "number") return el("div", { class: "field" }, name, asked, unit ? el("span", { class: "with-unit" }, input, unit) : input, unclear(input));
  return el("div", { class: "field" }, name, asked, input);
}

const MADE = { choice, yes_or_no: yesOrNo, number, date, choices, reference };

function select(options, given, set, id) {
  const unknown = el("option", { value: "" }, words.not_known);
  const made = el("select", { id }, unknown, ...options.map(([key, name]) => el("option", { value: key }, name)));
  made.value = given === undefined || given === null ? "" : String(given);
  if (made.selectedIndex < 0) { // what a file holds and the glossary does not: shown, for the program to refuse
    made.append(el("option", { value: String(given) }, String(given)));
    made.value = String(given);
  }
  made.addEventListener("change", () => set(made.value));
  return made;
}

function choice(fact, given, set, id) {
  return select(fact.choices.map((c) => [c.key, c.name]), given, set, id);
}

function yesOrNo(fact, given, set, id) {
  const options = [["true", words.yes], ["false", words.no]];
  return select(options, given, (v) => set(v === "" ? undefined : v === "true" ? true : v === "false" ? false : v), id);
}

function written(fact, given, set, id) {
  const made = el("input", { id, type: "text", placeholder: words.not_known });
  made.value = given === undefined || given === null ? "" : String(given);
  made.addEventListener("input", () => set(made.value));
  return made;
}

function number(fact, given, set, id) {
  const made = written(fact, typeof given === "string" && lang === "vi" ? given.replace(".", ",") : given, (text) => {
    const found = decimal(text, lang);
    made.setAttribute("aria-invalid", String(text.trim() !== "" && !found));
    set(found); // what is no number, or could be two, is unknown and says so
    made.dispatchEvent(new Event("told"));
  }, id);
  made.inputMode = "decimal";
  made.size = 6;
  return made;
}

function date(fact, given, set, id) {
  const made = written(fact, given, (value) => {
    set(value);
    made.dispatchEvent(new Event("told"));
  }, id);
  if (given === undefined || given === null || /^\d{4}-\d\d-\d\d$/.test(given)) made.type = "date";
  return made;
}

function unclear(input) {
  const said = el("output", { for: input.id, class: "day bad" });
  input.addEventListener("told", () => { said.textContent = input.getAttribute("aria-invalid") === "true" ? words.unclear_number : ""; });
  return said;
}

/** The day in words: a browser may show days and months in another order than the reader's. */
function dayInWords(input) {
  const said = el("output", { for: input.id, class: "day" });
  const tell = () => {
    const day = /^\d{4}-\d\d-\d\d$/.test(input.value) ? new Date(`${input.value}T00:00:00Z`) : null;
    said.textContent = day && !Number.isNaN(day.getTime()) ? new Intl.DateTimeFormat(lang === "vi" ? "vi-VN" : "en-GB", { dateStyle: "long", timeZone: "UTC" }).format(day) : "";
  };
  input.addEventListener("told", tell);
  tell();
  return said;
}

function reference(fact, given, set, id) {
  const made = written(fact, given, set, id);
  made.setAttribute("list", `ids-${fact.of}`);
  return made;
}

/** Several of a list: unknown, none, or those ticked. */
function choices(fact, given, set, id, label) {
  const chosen = new Set(Array.isArray(given) ? given : []);
  const unknown = el("input", { type: "checkbox" });
  unknown.checked = !Array.isArray(given);
  const summary = el("span", { class: "chosen" });
  const boxes = fact.choices.map((c) => {
    const box = el("input", { type: "checkbox", value: c.key });
    box.checked = chosen.has(c.key);
    box.addEventListener("change", () => {
      if (box.checked) unknown.checked = false;
      told();
    });
    return box;
  });
  const say = () => {
    const names = fact.choices.filter((_, i) => boxes[i].checked).map((c) => c.name);
    summary.textContent = unknown.checked ? words.not_known : names.join("; ") || words.none;
  };
  const told = () => {
    say();
    set(unknown.checked ? undefined : fact.choices.filter((_, i) => boxes[i].checked).map((c) => c.key));
  };
  unknown.addEventListener("change", () => {
    if (unknown.checked) boxes.forEach((b) => { b.checked = false; });
    told();
  });
  say();
  const legend = label || fact.name;
  return el("details", { id, class: "choices", tabindex: "-1" },
    el("summary", {}, el("span", { class: "unseen" }, `${legend}: `), summary),
    el("fieldset", {}, el("legend", { class: "unseen" }, legend),
      el("label", { class: "tick" }, unknown, ` ${words.not_known}`),
      ...fact.choices.map((c, i) => el("label", { class: "tick" }, boxes[i], ` ${c.name}`))));
}
