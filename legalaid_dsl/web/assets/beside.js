// What stands beside the article: coverage in the margin, readings as switches, guarantees with their verdicts.

import { $, asked, doing, el, job, words } from "./common.js";

export function beside({ editor, name, openFile, again }) {
  const state = { readings: {}, opened };
  let covering = false;

  function opened() {
    if (covering) cover();
    official();
  }

  // ---------------------------------------------------------------- the official text

  const official = doing(async () => {
    const of = name();
    $("of-official").hidden = of.includes("/"); // an act brings its own text
    if (of.includes("/")) return;
    const found = await asked("official", { name: of });
    if (of !== name()) return;
    const command = `legalaid law attach ${words.text_file} --lang ${found.lang} --ruleset "${found.folder}"`;
    $("official").replaceChildren(...(found.provisions.length
      ? found.provisions.map((p) => el("section", { "data-line": String(p.line) },
        el("button", { type: "button", class: "link", onclick: () => editor.goTo(p.line) }, p.name), ...p.texts.map((one) => el("p", { lang: one.lang }, one.text))))
      : [el("p", { class: "soft" }, found.attached ? words.no_official_here : words.no_official), found.attached ? "" : el("code", {}, command)]));
    follow();
  });

  /** The words of the provision in which the cursor stands are shown. */
  function follow() {
    const all = [...$("official").querySelectorAll("section")];
    const here = all.filter((one) => Number(one.dataset.line) <= editor.line()).at(-1);
    for (const one of all) one.classList.toggle("current", one === here);
    if (here) $("official").scrollTop = here.offsetTop - $("official").offsetTop - 8;
  }
  for (const event of ["keyup", "click"]) $("text").addEventListener(event, follow);

  // ---------------------------------------------------------------- coverage

  const cover = doing(async () => {
    const of = name();
    const marked = (found) => {
      if (of !== name() || !covering || !found.lines) return;
      editor.mark(found.lines.map((one) => [one.line, one.state, [
        `${words[`cover_${one.state}`]} (${one.examples} ${words.examples_count})`, ...one.untested.map((u) => `${words.untested}: ${u}`),
      ].join("\n")]));
    };
    marked(await job({ kind: "coverage", name: of }, marked));
  });
  $("cover").addEventListener("click", () => {
    covering = !covering;
    $("cover").setAttribute("aria-pressed", String(covering));
    if (covering) cover();
    else editor.mark([]);
  });

  // ---------------------------------------------------------------- readings

  const listed = doing(async () => {
    const { readings } = await asked("readings");
    const of = name().replace(/\.case$/, ".law");
    const order = [...readings.filter((r) => r.file === of), ...readings.filter((r) => r.file !== of)];
    $("readings").replaceChildren(...order.map((r, i) => {
      const id = `reading-${i}`;
      const select = el("select", { id }, ...r.choices.map((c) => el("option", { value: c.key }, c.key === r.default ? `${c.name} (${words.by_default})` : c.name)));
      select.value = state.readings[r.id] || r.default;
      select.addEventListener("change", () => {
        if (select.value === r.default) delete state.readings[r.id];
        else state.readings[r.id] = select.value;
        again();
      });
      const go = r.file ? el("button", { type: "button", class: "link", onclick: doing(() => openFile(r.file)) }, r.cites) : r.cites;
      return el("div", { class: "field" }, el("label", { for: id, class: "label" }, r.question), el("small", {}, go), select);
    }));
  });
  $("of-readings").addEventListener("toggle", () => $("of-readings").open && listed());

  // ---------------------------------------------------------------- guarantees

  const item = (g) => el("li", { class: g.verdict === "refuted" ? "failed" : g.verdict === "proved" ? "passed" : "open" },
    el("p", {}, el("strong", { class: "mark" }, `${g.sign} ${g.said}`), ` ${g.key}`, g.cites ? el("span", { class: "cite" }, ` ${g.cites}`) : null),
    el("p", {}, g.message), g.reason ? el("p", { class: "soft" }, g.reason) : null);
  $("ask-guarantees").addEventListener("click", doing(async () => {
    $("ask-guarantees").disabled = true;
    const told = ({ guarantees = [] }, last) => $("guarantees").replaceChildren(...guarantees.map(item), ...(last ? [] : [el("li", {}, words.working)]));
    try {
      told({}, false);
      const found = await job({ kind: "guarantees", readings: state.readings }, (s) => told(s, false));
      told(found, true);
      if (!found.guarantees.length) $("guarantees").replaceChildren(el("li", {}, words.no_guarantees));
    } finally {
      $("ask-guarantees").disabled = false;
    }
  }));
  return state;
}
