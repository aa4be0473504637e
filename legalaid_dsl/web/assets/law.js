// The law: outline, editor, messages while typing, examples beside the article; what is saved and what is kept.

import { beside } from "./beside.js";
import { makeEditor } from "./editor.js";
import { $, ask, asked, byText, doing, el, lang, latest, moment, own, said, trialItem, Trouble, words } from "./common.js";
import { forms } from "./forms.js";
import { outline } from "./outline.js";

const root = $("text").dataset.root;
let open = null; // what the program says of the file that is open
let base = "";
let differences = false;
let stale = false; // somebody else has written: nothing of this window counts until one text is chosen

const uriOf = (name) => `${root}/${name}`;
const nameOf = (uri) => (uri.startsWith(`${root}/`) ? decodeURIComponent(uri.slice(root.length + 1)) : null);

// ---------------------------------------------------------------- editor

const editor = makeEditor($("text"), {
  url: `${location.origin.replace(/^http/, "ws")}/studio/editor?window=${own}`, rootUri: root, lang, label: $("text").dataset.label,
  words: { not_renamed: words.not_renamed, new_name: words.new_name, rename: words.rename, phrases: phrases() },
  colours: await (await fetch("/studio/colours")).json(),
  hooks: {
    changed: () => {
      told(false);
      $("summary").textContent = words.working;
      check();
    },
    save: () => !$("save").disabled && $("save").click(),
    open: async (uri) => {
      const name = nameOf(uri);
      if (name === null) {
        said(words.other_instrument);
        return null;
      }
      await openFile(name);
      return editor.view;
    },
    edit: doing(async (uri, edits) => edited(nameOf(uri), edits)),
    elsewhere: (found) => doing(async () => elsewhere(nameOf(found.uri)))(),
    said,
    ready: () => lost(false),
    lost: () => lost(true),
  },
});

function phrases() {
  if (lang === "en") return {};
  return words.editor_phrases ? Object.fromEntries(words.editor_phrases.split("\n").map((line) => line.split(" = ").map((x) => x.trim()))) : {};
}

let since = 0;
function lost(gone) {
  clearTimeout(since);
  if (gone) since = setTimeout(() => said(words.gone_kept), 1500);
  else if ($("trouble").textContent === words.gone_kept) said("");
}

function told(state) {
  $("state").textContent = state ? words.saved : words.unsaved;
  $("state").classList.toggle("unsaved", !state);
  $("drop").disabled = state;
  $("edited").hidden = !/^[^/]*\.law$/.test(open.name) || editor.text() === open.first;
}

/** What the program says of a file. ``how``: its text as another file, or in place of this one's. ``sent``: the text that it was asked
 * with; what has been typed since stays, unsaved. */
function shown(found, how = "show", sent = null) {
  if (how === "replace" && open.name !== found.name) return; // another file has been opened meanwhile
  const typed = sent !== null && editor.text() !== sent;
  open = found;
  base = found.base;
  stale = false;
  $("elsewhere").hidden = true;
  if (how === "replace" && !typed && editor.text() !== found.text) editor.replace(found.text);
  else if (how === "show") editor.show(uriOf(found.name), found.name, found.text, found.lang, false, differences ? found.first : null);
  $("format").disabled = $("convert").disabled = false;
  $("file").textContent = found.name;
  $("files").value = found.name;
  $("save").disabled = $("undo").disabled = found.fixed;
  $("undo").disabled ||= found.kept.length === 0;
  const to = found.lang === "vi" ? "en" : "vi";
  $("convert").textContent = words[`to_${to}`];
  $("convert").dataset.to = to;
  $("history").replaceChildren(...(found.kept.length ? found.kept.map(keptItem) : [el("li", {}, words.no_history)]));
  $("commits").replaceChildren(...found.commits.map(commitItem));
  told(found.saved && !typed);
  for (const link of document.querySelectorAll("#outline [data-file]")) {
    const own = link.dataset.file === found.name;
    if (link.matches("details")) link.open = own;
    link.classList.toggle("current", own);
    if (own) $("outline").scrollTop = link.offsetTop - 40;
  }
  panels.opened();
}

/** What the program answers to the text of the open file as it stands, asked again while there is typing; another file ends it. */
async function settled(work) {
  const { name } = open;
  for (;;) {
    const now = editor.now();
    const found = await work(name, now);
    if (open.name !== name) throw new Trouble({ detail: words.other_file });
    if (editor.text() === now.text) return found;
  }
}

const openedAnew = () => settled(async (name, now) => {
  await ask("check", { name, base, ...now });
  const found = await asked("open", { name });
  await editor.closed();
  return found;
});

let opening = 0;
async function openFile(name, line = 0, column = 1, length = 0) {
  const mine = ++opening;
  if (!open || open.name !== name) {
    const found = await asked("open", { name });
    await editor.closed();
    if (mine !== opening) return; // another one was asked for since
    shown(found);
    history.replaceState(history.state, "", `${location.search || `?lang=${lang}`}#${name}`);
    $("trials").replaceChildren();
    check();
  }
  if (line) editor.goTo(line, column, length);
}

/** A file that is not open, changed by a new name. */
async function edited(name, edits) {
  if (name === null) {
    said(words.other_instrument);
    return;
  }
  const found = await asked("open", { name });
  const lines = found.text.split("\n");
  const starts = lines.reduce((all, one) => [...all, all.at(-1) + one.length + 1], [0]);
  const at = (place) => starts[place.line] + place.character;
  let text = found.text;
  for (const one of [...edits].sort((a, b) => at(b.range.start) - at(a.range.start))) text = text.slice(0, at(one.range.start)) + one.newText + text.slice(at(one.range.end));
  await ask("check", { name, text, base: found.base, known: found.text });
  check();
}

/** Another window, or somebody on the disk, has changed a text that is open here. */
async function elsewhere(name) {
  if (!open || name !== open.name) return;
  const theirs = await asked("open", { name });
  if (open.name !== name) return;
  const typed = editor.text() !== open.text; // here, and not known to the program yet
  const other = theirs.text !== editor.text();
  if (!other || !typed) { // nothing typed here is in danger: the other text is shown
    const seen = !$("elsewhere").hidden;
    shown(theirs, "replace");
    $("elsewhere").hidden = !other && !seen;
    $("elsewhere").textContent = words.taken_over;
    check();
  } else if (!stale) {
    stale = true;
    conflict(name, { yours: editor.text(), theirs: theirs.text, digest: theirs.base, window: true });
  }
}

// ---------------------------------------------------------------- messages

/** What is wrong in the whole ruleset; then the outline and the examples, which are asked for only when the program has the text. */
const check = latest(250, async (still) => {
  if (stale) return;
  const given = { name: open.name, base, ...editor.now() };
  let found;
  try { // the language server has the text already; this tells what is wrong in the whole ruleset
    found = await asked("check", { ...given, known: open.text });
  } catch (error) {
    if (error.body?.theirs === undefined) throw error;
    if (still()) await elsewhere(given.name);
    return;
  }
  if (!still() || open.name !== given.name) return;
  open.text = given.text; // the program has it
  told(found.saved);
  wrong(found.problems);
  if (found.problems.some((p) => p.file === given.name) || given.name.startsWith("amendments/")) mend();
  tryOut();
  listed.again();
});

function wrong(problems) {
  $("counted").textContent = problems.length ? `(${problems.length})` : words.no_problems;
  $("counted").className = problems.some((p) => !p.warning) ? "bad" : "good";
  $("problems").replaceChildren(...problems.map(problemItem));
}

/** What would mend them, and whether an act can be carried out, while nobody types. */
const mend = latest(250, async (still) => {
  const { name, text } = open;
  const { problems } = await asked("mends", { name });
  if (!problems || !still() || open.name !== name || open.text !== text || editor.text() !== text) return;
  wrong(problems);
  editor.mendable(mends(problems.filter((p) => p.file === name), text));
});

/** Places are counted in characters, not in the units of a script's strings. */
function mends(problems, text) {
  const all = [...text];
  const at = (n) => all.slice(0, n).join("").length;
  return problems.flatMap((p) => p.fixes.map((f) => [at(f.start), at(f.end), f.title, f.text, at(p.start)]));
}

function problemItem(p) {
  const here = p.file === open.name;
  const go = doing(() => openFile(p.file, p.line, p.column, here ? p.end - p.start : 0));
  const where = `${here ? "" : `${p.file}, `}${words.line} ${p.line}`;
  return el("li", { class: p.warning ? "warn" : "error" },
    p.inside ? el("button", { type: "button", class: "link", onclick: go }, where) : where,
    ` ${p.warning ? words.warning : words.error}: ${p.message}`,
    p.hint ? el("span", { class: "hint" }, `${words.hint}: ${p.hint}`) : null,
    ...p.fixes.map((f) => el("button", { type: "button", class: "fix", onclick: doing(() => mended(p.file, f)) }, `${words.mend} ${f.title}`)));
}

/** A hint applied: to the text that it was made for, and to no other. */
async function mended(file, fix) {
  await openFile(file);
  if (open.name !== file || editor.text() !== open.text) throw new Trouble({ detail: words.typed_since });
  const all = [...editor.text()];
  editor.replace([...all.slice(0, fix.start), fix.text, ...all.slice(fix.end)].join(""));
}

const tryOut = latest(400, async (still) => {
  $("summary").textContent = words.working;
  const { name, text } = open;
  const found = await asked("trials", { name, readings: panels.readings });
  if (!still() || open.name !== name || open.text !== text) return; // typed meanwhile: they are asked for again after that
  if (!found.trials) {
    tryOut(); // typed in another window meanwhile
    return;
  }
  const passed = found.trials.filter((t) => t.passed).length;
  const counted = found.trials.length ? `${passed}/${found.trials.length} ${words.of_examples}.` : words.no_examples;
  $("summary").textContent = found.wrong || `${counted} ${byText(found.by)}`.trim();
  const first = (t) => (t.passed ? 1 : 0) * 2 + (t.changes.length ? 0 : 1);
  const sorted = [...found.trials].sort((a, b) => first(a) - first(b));
  $("trials").replaceChildren(...sorted.map((t) => trialItem(t, doing((trial) => openFile(name.replace(/\.law$/, ".case"), trial.line)))));
});

// ---------------------------------------------------------------- saves

async function save(name, written, from) {
  try {
    const { text: sent, version } = editor.now();
    const found = await asked("save", { name, text: written, base: from, known: open.text, version });
    shown(found, "replace", sent);
    check();
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
    shown(await asked(both.window ? "open" : "drop", { name, version: editor.now().version }), "replace");
    check();
  });
  $("keep-yours").onclick = doing(async () => {
    dialog.close();
    stale = false;
    if (both.window) {
      await ask("check", { name, text: both.yours, base: both.digest });
      shown(await asked("open", { name }), "replace");
    } else await save(name, both.yours, both.digest);
  });
  $("later").onclick = () => dialog.close();
  dialog.showModal();
}

const before = async (number) => (await asked("before", { name: open.name, number })).text;

/** An earlier text in place of that of the file for which it was asked. */
async function restored(name, text) {
  const found = await text;
  if (open.name !== name) throw new Trouble({ detail: words.other_file });
  editor.replace(found);
}

function keptItem(one) {
  const back = doing(() => restored(open.name, before(one.number)));
  return el("li", {}, el("button", { type: "button", onclick: back }, `${words.restore} ${moment(one.at)}`));
}

function commitItem(one) {
  const back = doing(() => restored(open.name, asked("earlier", { name: open.name, commit: one.id }).then((x) => x.text)));
  return el("li", {}, el("button", { type: "button", onclick: back }, `${moment(one.day)} ${one.subject}`));
}

// ---------------------------------------------------------------- what is done

const listed = outline({ openFile, open: () => open });
const panels = beside({ editor, name: () => open?.name ?? "", openFile, again: () => tryOut() });
forms({
  editor, text: () => editor.text(), name: () => open.name,
  openFile: (name) => openFile(name),
});

$("files").addEventListener("change", doing(() => openFile($("files").value, 1)));
$("save").addEventListener("click", doing(() => save(open.name, editor.text(), base)));
$("undo").addEventListener("click", doing(async () => save(open.name, await before(open.kept[0].number), base)));
$("drop").addEventListener("click", doing(async () => {
  const { text: sent, version } = editor.now();
  shown(await asked("drop", { name: open.name, version }), "replace", sent);
  check();
}));
$("format").addEventListener("click", () => editor.format());
$("convert").addEventListener("click", doing(async () => {
  const to = $("convert").dataset.to;
  const found = await settled((name, now) => asked("convert", { name, to, ...now }));
  editor.replace(found.text);
  shown(await openedAnew());
  check();
}));
$("differences").addEventListener("click", () => {
  differences = !differences;
  $("differences").setAttribute("aria-pressed", String(differences));
  if (open) editor.differ(differences ? open.first : null);
});
$("commit").addEventListener("submit", doing(async (event) => {
  event.preventDefault();
  const found = await asked("commit", { message: $("message").value });
  $("committed").textContent = found.failed || (found.committed.length ? found.committed.join(", ") : words.nothing_changed);
  if (found.committed.length) $("message").value = "";
  const sent = editor.text();
  shown(await asked("open", { name: open.name }), "replace", sent);
}));
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return; // the editor has taken it: a second save would come back over what is typed after the first
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    if (!$("save").disabled) $("save").click();
  }
});

async function pulse() {
  const found = await asked("pulse").catch(() => null);
  if (found) {
    $("git").hidden = !found.git;
    const notes = [found.others.length ? words.others_here.replace("{hosts}", found.others.join(", ")) : "", found.failing ? words.drafts_failing.replace("{why}", found.failing) : ""].filter(Boolean);
    $("others").hidden = notes.length === 0;
    $("others").textContent = notes.join(" ");
  }
  setTimeout(pulse, 3000);
}

await doing(async () => {
  const files = await listed.files();
  const names = files.map((f) => f.name);
  const [wanted, line] = decodeURIComponent(location.hash.slice(1)).split(":");
  const first = names.find((n) => n.startsWith("article") && n.endsWith(".law")) || names[0];
  if (first) await openFile(names.includes(wanted) ? wanted : first, Number(line) || 0);
  window.addEventListener("hashchange", doing(() => {
    const [name, at] = decodeURIComponent(location.hash.slice(1)).split(":");
    return names.includes(name) ? openFile(name, Number(at) || 0) : null;
  }));
})();
pulse();
$("back").hidden = new URLSearchParams(location.search).get("back") !== "case";
