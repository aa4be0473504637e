// The law: outline, editor, messages while typing, examples beside the article, saves.

import { $, ask, asked, byText, doing, el, lang, latest, trialItem, words } from "./common.js";

const text = $("text");
let open = null; // what the program says of the file that is open
let base = "";
let lines = 0;

// ---------------------------------------------------------------- editor

function numbered() {
  const count = text.value.split("\n").length;
  if (count !== lines) {
    lines = count;
    $("numbers").textContent = Array.from({ length: count }, (_, i) => i + 1).join("\n");
  }
  $("numbers").scrollTop = text.scrollTop;
}

function goTo(line, column = 1, length = 0) {
  const before = text.value.split("\n").slice(0, line - 1);
  const start = before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  text.focus();
  text.setSelectionRange(start, start + length);
  const height = parseFloat(getComputedStyle(text).lineHeight);
  text.scrollTop = Math.max((line - 4) * height, 0);
  numbered();
}

function told(state) {
  $("state").textContent = state ? words.saved : words.unsaved;
  $("state").classList.toggle("unsaved", !state);
  $("drop").disabled = state;
}

function shown(found) {
  open = found;
  base = found.base;
  text.value = found.text;
  text.readOnly = $("convert").disabled = false;
  $("file").textContent = found.name;
  $("files").value = found.name;
  $("save").disabled = $("undo").disabled = found.fixed;
  $("undo").disabled ||= found.history.length === 0;
  const to = found.lang === "vi" ? "en" : "vi";
  $("convert").textContent = words[`to_${to}`];
  $("convert").dataset.to = to;
  $("history").replaceChildren(...(found.history.length ? found.history.map(saveItem) : [el("li", {}, words.no_history)]));
  told(found.saved);
  numbered();
  for (const link of document.querySelectorAll("#outline [data-file]")) {
    const own = link.dataset.file === found.name;
    if (link.matches("details")) link.open = own;
    link.classList.toggle("current", own);
    if (own) $("outline").scrollTop = link.offsetTop - 40;
  }
}

async function openFile(name, line = 0) {
  if (!open || open.name !== name) {
    shown(await asked("open", { name }));
    history.replaceState(null, "", `?lang=${lang}#${name}`);
    $("trials").replaceChildren();
    check();
    tryOut();
  }
  if (line) goTo(line);
}

// ---------------------------------------------------------------- messages

const check = latest(350, async (still) => {
  const found = await asked("check", { name: open.name, text: text.value, base });
  if (!still()) return;
  told(found.saved);
  const errors = found.problems.filter((p) => !p.warning).length;
  $("counted").textContent = found.problems.length ? `(${found.problems.length})` : words.no_problems;
  $("counted").className = errors ? "bad" : "good";
  $("problems").replaceChildren(...found.problems.map(problemItem));
});

function problemItem(p) {
  const here = p.file === open.name;
  const go = doing(async () => {
    await openFile(p.file);
    goTo(p.line, p.column, here ? p.end - p.start : 0);
  });
  const where = `${here ? "" : `${p.file}, `}${words.line} ${p.line}`;
  return el("li", { class: p.warning ? "warn" : "error" },
    p.inside ? el("button", { type: "button", class: "link", onclick: go }, where) : where,
    ` ${p.warning ? words.warning : words.error}: ${p.message}`,
    p.hint ? el("span", { class: "hint" }, `${words.hint}: ${p.hint}`) : null);
}

const tryOut = latest(900, async (still) => {
  $("summary").textContent = words.working;
  const found = await asked("trials", { name: open.name });
  if (!still()) return;
  if (!found.trials) {
    tryOut(); // typed in another window meanwhile
    return;
  }
  const passed = found.trials.filter((t) => t.passed).length;
  const said = found.trials.length ? `${passed}/${found.trials.length} ${words.of_examples}. ` : words.no_examples;
  $("summary").textContent = said + byText(found.by);
  const first = (t) => (t.passed ? 1 : 0) * 2 + (t.changes.length ? 0 : 1);
  const sorted = [...found.trials].sort((a, b) => first(a) - first(b));
  $("trials").replaceChildren(...sorted.map((t) => trialItem(t, doing((trial) => openFile(open.name.replace(/\.law$/, ".case"), trial.line)))));
});

// ---------------------------------------------------------------- saves

async function save(name, written, from) {
  try {
    const found = await asked("save", { name, text: written, base: from });
    if (open.name === name) shown(found);
    await outline();
    check();
    tryOut();
  } catch (error) {
    if (!error.body || !("theirs" in error.body)) throw error;
    conflict(name, error.body);
  }
}

function conflict(name, both) {
  $("yours").value = both.yours;
  $("theirs").value = both.theirs;
  const dialog = $("conflict");
  $("take-theirs").onclick = doing(async () => {
    dialog.close();
    shown(await asked("drop", { name }));
    check();
    tryOut();
  });
  $("keep-yours").onclick = doing(async () => {
    dialog.close();
    await save(name, both.yours, both.digest);
  });
  $("later").onclick = () => dialog.close();
  dialog.showModal();
}

const before = async (number) => (await asked("before", { name: open.name, number })).text;

function saveItem(number) {
  const back = doing(async () => save(open.name, await before(number), base));
  return el("li", {}, el("button", { type: "button", onclick: back }, `${words.restore} ${Number(number)}`));
}

// ---------------------------------------------------------------- outline

function entry(file, e) {
  const go = doing(() => openFile(file, e.line));
  const name = el("button", { type: "button", class: "link", onclick: go }, e.name, e.headnote ? el("span", {}, ` ${e.headnote}`) : null);
  return el("li", { class: `level-${e.level}` }, name, e.inside.length ? el("ul", {}, ...e.inside.map((x) => entry(file, x))) : null);
}

async function outline() {
  const found = await asked("outline");
  $("outline").replaceChildren(...found.files.map((f) => {
    const head = f.entries.find((e) => e.headnote);
    const label = el("summary", {}, f.name, f.saved ? null : el("em", {}, ` ${words.unsaved}`),
      f.name.endsWith(".law") && head ? el("span", { class: "headnote" }, head.headnote) : null);
    const all = el("button", { type: "button", class: "link", onclick: doing(() => openFile(f.name, 1)) }, f.name);
    return el("details", { "data-file": f.name, open: open !== null && open.name === f.name, class: open !== null && open.name === f.name ? "current" : "" }, label,
      el("ul", {}, el("li", {}, all), ...f.entries.map((e) => entry(f.name, e))));
  }));
  $("files").replaceChildren(...found.files.map((f) => el("option", { value: f.name }, f.saved ? f.name : `${f.name} – ${words.unsaved}`)));
  if (open) $("files").value = open.name;
  return found.files.map((f) => f.name);
}

// ---------------------------------------------------------------- what is done

text.addEventListener("input", () => {
  numbered();
  told(false);
  check();
  tryOut();
});
text.addEventListener("scroll", () => { $("numbers").scrollTop = text.scrollTop; });
$("files").addEventListener("change", doing(() => openFile($("files").value, 1)));
$("save").addEventListener("click", doing(() => save(open.name, text.value, base)));
$("undo").addEventListener("click", doing(async () => save(open.name, await before(open.history[0]), base)));
$("drop").addEventListener("click", doing(async () => {
  shown(await asked("drop", { name: open.name }));
  check();
  tryOut();
}));
$("convert").addEventListener("click", doing(async () => {
  const to = $("convert").dataset.to;
  const found = await asked("convert", { name: open.name, text: text.value, to });
  await ask("check", { name: open.name, text: found.text, base });
  shown({ ...(await asked("open", { name: open.name })) });
  check();
  tryOut();
}));
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    if (!$("save").disabled) $("save").click();
  }
});

await doing(async () => {
  const names = await outline();
  const wanted = decodeURIComponent(location.hash.slice(1));
  const first = names.find((n) => n.startsWith("article") && n.endsWith(".law")) || names[0];
  if (first) await openFile(names.includes(wanted) ? wanted : first);
})();
