// New things by forms: a point, a figure, a reading, an example. The program writes the sentence; the editor takes it as an edit.

import { $, asked, el, words } from "./common.js";

const BOTH = (name, label) => [[`${name}_vi`, `${label} (vi)`, "text"], [`${name}_en`, `${label} (en)`, "text"]];
const KINDS = {
  provision: () => [["level", words.level, ["article", "clause", "point"].map((k) => [k, words[k]])], ["label", words.label, "text"],
    ...BOTH("headnote", words.headnote), ["sentence", words.sentence, "area"]],
  figure: () => [["name", words.figure_name, "text"], ["value", words.value, "text"], ["from", words.from_day, "date"], ["until", words.until_day, "date"],
    ["status", words.status_of, ["official", "secondary", "supplied", "illustrative"].map((k) => [k, words[k]])], ...BOTH("source", words.source)],
  reading: () => [["key", words.key, "text"], ...BOTH("question", words.question), ["first", words.first_choice, "text"], ...BOTH("first", words.first_text),
    ...BOTH("because", words.because), ["second", words.second_choice, "text"], ...BOTH("second", words.second_text)],
  example: () => [["key", words.key, "text"], ...BOTH("title", words.title), ["like", words.like, "text"], ["facts", words.example_facts, "area"],
    ["determined", words.is_determined, "tick"], ["expected", words.expected, "area"]],
};

export function forms({ editor, text, name, openFile }) {
  const kind = $("kind");
  kind.replaceChildren(...Object.keys(KINDS).map((k) => el("option", { value: k }, words[`new_${k}`])));

  function draw() {
    $("form-trouble").hidden = true;
    $("fields").replaceChildren(...KINDS[kind.value]().map(([key, label, type]) => {
      const id = `new-${key}`;
      const input = Array.isArray(type) ? el("select", { id, name: key }, ...type.map(([value, said]) => el("option", { value }, said)))
        : type === "area" ? el("textarea", { id, name: key, rows: "3" })
          : el("input", { id, name: key, type: type === "tick" ? "checkbox" : type });
      return el("div", { class: "field" }, el("label", { for: id, class: "label" }, label), input);
    }));
  }

  kind.addEventListener("change", draw);
  $("new").addEventListener("click", () => {
    draw();
    $("making").showModal();
    kind.focus();
  });
  $("not-now").addEventListener("click", () => $("making").close());
  $("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = { kind: kind.value };
    for (const input of $("fields").querySelectorAll("[name]")) form[input.name] = input.type === "checkbox" ? input.checked : input.value;
    try {
      if (kind.value === "example") await openFile(name().replace(/\.law$/, ".case"));
      const found = await asked("write", { text: text(), form });
      $("making").close();
      const lines = text().split("\n");
      let line = kind.value === "example" ? lines.length : editor.line();
      if (kind.value === "provision") while (line < lines.length && lines[line].trim()) line += 1; // after the paragraph
      if (kind.value === "example" && lines.at(-1) === "") line -= 1;
      editor.insert(line + 1, `${line >= lines.length ? "\n" : ""}${kind.value === "figure" ? "" : "\n"}${found.text}`);
    } catch (error) {
      $("form-trouble").hidden = false;
      $("form-trouble").textContent = error.message;
    }
  });
}
