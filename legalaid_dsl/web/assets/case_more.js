// Deciding, further: the next question that can still change the answer, and many cases from a spreadsheet.

import { $, ask, asked, doing, el, job, lang, words } from "./common.js";

/** The question that comes next, in the order of `legalaid ask`; with ways to its input, or past it. */
export async function next(given, still, goTo, unknown) {
  const place = $("next");
  const { question } = await asked("next", given);
  if (!still()) return;
  place.hidden = !question;
  if (!question) return;
  const text = question.about ? `${question.about}: ${question.text}` : question.text;
  place.replaceChildren(
    el("p", {}, el("strong", {}, `${words.next_question}: `), text, question.presumed ? el("span", { class: "soft" }, ` (${words.presumed})`) : null),
    question.why ? el("p", { class: "soft" }, question.why) : null,
    el("div", { class: "bar" }, el("button", { type: "button", class: "main", onclick: () => goTo(question.path) }, words.answer_it),
      question.type === "more" || question.type === "list" ? null : el("button", { type: "button", onclick: () => unknown(question.path) }, words.do_not_know)));
}

/** A file of cases: what was understood of it, and what came out. ``names``: of the columns that are read. */
export function many(options, names) {
  const take = doing(async (file) => {
    if (!file) return;
    $("studied").replaceChildren();
    $("studying").textContent = words.working;
    try {
      const { tables } = await (await ask(`tables?name=${encodeURIComponent(file.name)}`, file)).json();
      const found = await job({ kind: "understood", tables, ...options() }, (s) => { $("studying").textContent = `${s.done} …`; });
      shown(file.name, found);
    } catch (error) {
      $("studying").textContent = error.message;
      throw error;
    }
  });

  function shown(name, found) {
    const states = found.states.map(([state, n]) => `${state}: ${n}`).join(" · ");
    $("studying").textContent = `${name}: ${found.counted} ${words.cases_read}. ${states}`;
    const cut = found.counted > found.rows.length ? el("p", { class: "soft" }, words.first_rows.replace("{n}", found.rows.length)) : null;
    $("studied").replaceChildren(
      ...(found.ignored.length ? [el("div", { class: "note" }, el("p", {}, el("strong", {}, words.not_read)), ...found.ignored.map((t) => el("p", {}, t)),
        el("details", {}, el("summary", {}, words.columns_read), el("p", {}, names.join("; "))))] : []),
      el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": words.answer }, el("table", { class: "results" },
        el("thead", {}, el("tr", {}, ...[words.case_name, words.state, ...found.names].map((n) => el("th", { scope: "col" }, n)))),
        el("tbody", {}, ...found.rows.map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, cell))))))),
      ...(cut ? [cut] : []),
      el("a", { class: "button", href: `/studio/made/${found.id}?name=results.csv&lang=${lang}`, download: "results.csv" }, words.save_results));
  }

  $("tables").addEventListener("change", () => {
    take($("tables").files[0]);
    $("tables").value = "";
  });
  const drop = $("drop");
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    take(event.dataTransfer.files[0]);
  });
}
