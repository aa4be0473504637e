// The outline: every file with what stands in it; of examples, only in files that somebody looks at.

import { $, asked, doing, el, latest, words } from "./common.js";

/** ``page``: opens a file at a line, and tells which is open. */
export function outline(page) {
  let listed = "";

  const looked = () => [...document.querySelectorAll("#outline details[open]")].map((d) => d.dataset.file);

  async function files() {
    return shown((await asked("outline", { inside: looked() })).files);
  }

  /** What stands where, and which files are not saved, after what was typed. */
  const again = latest(400, async (still) => {
    const found = await asked("outline", { inside: looked() });
    if (still()) shown(found.files);
  });

  function entry(file, e) {
    const go = doing(() => page.openFile(file, e.line));
    const name = el("button", { type: "button", class: "link", onclick: go }, e.name, e.headnote ? el("span", {}, ` ${e.headnote}`) : null);
    return el("li", { class: `level-${e.level}` }, name, e.inside.length ? el("ul", {}, ...e.inside.map((x) => entry(file, x))) : null);
  }

  const headOf = (f) => f?.entries?.find((e) => e.headnote);

  /** As people call a file: an article by its number, the examples beside it by that. */
  function called(f, head, all) {
    const beside = f.name.endsWith(".case") && headOf(all.find((one) => one.name === f.name.replace(/case$/, "law")));
    return head ? head.name : beside ? `${words.examples_of} ${beside.name}` : f.name;
  }

  function ofFile(f, seen, files) {
    const head = f.name.endsWith(".law") && headOf(f);
    const label = el("summary", {}, called(f, head, files), f.saved ? null : el("em", {}, ` ${words.unsaved}`), head ? el("span", { class: "headnote" }, head.headnote) : null);
    const all = el("button", { type: "button", class: "link", onclick: doing(() => page.openFile(f.name, 1)) }, f.name);
    const own = page.open()?.name === f.name;
    const made = el("details", { "data-file": f.name, open: own || seen.has(f.name), class: own ? "current" : "" }, label,
      el("ul", {}, el("li", {}, all), ...(f.entries || []).map((e) => entry(f.name, e))));
    if (!f.entries) made.addEventListener("toggle", () => made.open && again());
    return made;
  }

  function shown(found) {
    if (listed === JSON.stringify(found)) return found;
    listed = JSON.stringify(found);
    const was = document.activeElement.closest("#outline button, #outline summary"); // who uses it keeps the place
    const place = was && [was.closest("details").dataset.file, was.textContent];
    const seen = new Set(looked());
    $("outline").replaceChildren(...found.map((f) => ofFile(f, seen, found)));
    $("files").replaceChildren(...found.map((f) => el("option", { value: f.name }, f.saved ? f.name : `${f.name} – ${words.unsaved}`)));
    if (page.open()) $("files").value = page.open().name;
    if (place) [...document.querySelectorAll("#outline button, #outline summary")].find((b) => b.closest("details").dataset.file === place[0] && b.textContent === place[1])?.focus();
    return found;
  }

  return { files, again };
}
