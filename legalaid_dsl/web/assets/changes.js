// Amending: the redline, and what it does to the examples.

import { $, ask, asked, byText, doing, download, el, lang, show, trialItem, words } from "./common.js";

let files = [];

const redline = doing(async () => {
  const found = await asked("redline");
  files = found.examples;
  $("changed").textContent = (found.changed.length ? `${words.changed_files}: ${found.changed.join(", ")}. ` : `${words.nothing_changed} `) + byText(found.by);
  $("zip").disabled = found.changed.length === 0;
  show($("redline"), found.page);
});

/** Every file of examples in turn; false where the text was edited meanwhile, in another window. */
async function once() {
  $("trials").replaceChildren();
  let differing = 0;
  for (const [i, name] of files.entries()) {
    $("progress").textContent = `${i + 1}/${files.length} ${name} …`;
    const { trials } = await asked("effect", { name });
    if (!trials) return false;
    differing += trials.length;
    if (trials.length) {
      const link = el("a", { href: `/?lang=${lang}#${name}` }, name);
      $("trials").append(el("li", { class: "of-file" }, el("h3", {}, link), el("ul", { class: "trials" }, ...trials.map((t) => trialItem(t)))));
    }
  }
  $("progress").textContent = `${differing} ${words.effect_done}`;
  return true;
}

const run = doing(async () => {
  $("run").disabled = true;
  try {
    while (!(await once())) await redline();
  } finally {
    $("run").disabled = false;
  }
});

$("run").addEventListener("click", run);
$("print").addEventListener("click", () => $("redline").contentWindow.print());
$("zip").addEventListener("click", doing(async () => {
  const answer = await ask("zip");
  const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "");
  download(await answer.blob(), name ? name[1] : "changes.zip");
}));
await redline();
