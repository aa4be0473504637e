// Amending: what is proposed as edits or as an act, each as the other; its redline by days; and what it does.

import { $, ask, asked, byText, doing, download, el, job, lang, said, show, trialItem, words } from "./common.js";

let proposals = [];
let act = null; // the act that was written of the edits
let files = [];
const which = () => $("which").value;
const proposal = () => proposals.find((p) => p.id === which());

// ---------------------------------------------------------------- what is proposed

async function listed(wanted) {
  proposals = (await asked("proposals")).proposals;
  $("which").replaceChildren(...proposals.map((p) => el("option", { value: p.id }, p.id === "" ? words.edits : `${words.act}: ${p.id}${p.draft ? ` (${words.a_draft})` : ""}`)));
  const edits = proposals.find((p) => p.id === "");
  $("which").value = wanted !== undefined && proposals.some((p) => p.id === wanted) ? wanted : "";
  if (wanted === undefined && !edits.changed.length && proposals.length > 1) $("which").value = proposals[1].id;
}

let turn = 0; // of what is shown: what comes late of another proposal is dropped
const shown = doing(async () => {
  const mine = ++turn;
  act = null;
  const own = which() === "";
  $("redline").hidden = $("act").hidden = $("compared").hidden = $("simulated").hidden = true;
  $("trials").replaceChildren();
  for (const one of ["progress", "comparing", "simulating"]) $(one).textContent = "";
  $("changed").textContent = words.working;
  history.replaceState(null, "", `?lang=${lang}#${which()}`);
  const [found, { by, examples }] = await Promise.all([asked("proposed", { which: which() }), asked("redline")]);
  if (mine !== turn) return;
  files = examples;
  const changed = own ? proposal().changed : Object.keys(found.texts);
  $("changed").textContent = `${changed.length ? `${words.changed_files}: ${changed.join(", ")}.` : words.nothing_changed} ${own ? byText(by) : ""}`;
  $("zip").disabled = own && !changed.length;
  $("enact").hidden = !own || !changed.length;
  $("instead").disabled = $("save-act").disabled = true;
  $("of-act").hidden = own;
  $("edit-act").href = `/?lang=${lang}#amendments/${which()}.law`;
  $("act").hidden = !found.act;
  $("act").textContent = found.act;
  $("act-errors").replaceChildren(...found.errors.map((e) => el("li", { class: "error" }, `${words.line} ${e.line}: ${e.message}`, e.hint ? el("span", { class: "hint" }, `${words.hint}: ${e.hint}`) : null)));
  $("carry-out").disabled = found.errors.length > 0;
  $("days").replaceChildren(...found.days.filter((d) => d.day).map((d) => el("li", {},
    el("button", { type: "button", "aria-pressed": "false", "data-day": d.day, onclick: () => day(found, d.day) }, d.said),
    el("span", { class: "soft" }, ` ${d.provisions.join("; ")}`))));
  if (found.days.length) day(found, found.days[0].day);
  $("texts").replaceChildren(...Object.entries(found.texts).map(([name, text]) => el("details", {}, el("summary", {}, name), el("pre", { class: "law-text", tabindex: "0", "aria-label": name }, text))));
  $("of-texts").hidden = !Object.keys(found.texts).length;
});

function day(found, wanted) {
  const one = found.days.find((d) => d.day === wanted);
  for (const b of $("days").querySelectorAll("button")) b.setAttribute("aria-pressed", String(b.dataset.day === wanted));
  $("redline").hidden = false;
  show($("redline"), one.page);
}

const form = () => ({ key: $("key").value, number: $("number").value, title: $("title").value, from: $("from").value });

$("enact").addEventListener("submit", doing(async (event) => {
  event.preventDefault();
  const mine = turn;
  const found = await asked("enacted", form());
  if (mine !== turn) return;
  act = found;
  $("act").hidden = !act.text;
  $("act").textContent = act.text;
  $("act-errors").replaceChildren(...act.left.map((line) => el("li", { class: "error" }, `${words.not_said}: ${line}`)));
  $("save-act").disabled = !act.text;
  $("instead").disabled = !act.text || act.left.length > 0;
}));
for (const input of $("enact").querySelectorAll("[required]")) { // a browser would say it in a tongue of its own
  input.addEventListener("invalid", () => input.setCustomValidity(words[input.value ? "wrong_key" : "fill_in"]));
  input.addEventListener("input", () => input.setCustomValidity(""));
}
$("save-act").addEventListener("click", () => download(new Blob([act.text], { type: "text/plain" }), `${act.key}.law`));
$("instead").addEventListener("click", doing(async () => {
  await asked("instead", form());
  await listed(form().key);
  await shown();
  said(words.instead_done);
}));
$("carry-out").addEventListener("click", doing(async () => {
  await asked("carried_out", { which: which() });
  await listed("");
  await shown();
  said(words.carried_out_done);
}));
$("which").addEventListener("change", shown);

// ---------------------------------------------------------------- examples

/** Those of an act, and those that come out otherwise with it. */
async function withAct() {
  const mine = turn;
  const found = await job({ kind: "examples", which: which() }, (state) => { if (mine === turn) $("progress").textContent = state.done ? `${state.done}/${state.every} …` : words.working; });
  if (mine !== turn) return;
  $("progress").textContent = found.wrong || `${found.of_files.flatMap((f) => f.trials).filter((t) => t.changes.length || !t.passed).length} ${words.effect_done}. ${words.by_day}`;
  $("trials").replaceChildren(...found.of_files.map((f) => ofFile(f.name, f.trials)));
}

const ofFile = (name, trials) => el("li", { class: "of-file" },
  el("h3", {}, el("a", { href: `/?lang=${lang}#${name}` }, name)), el("ul", { class: "trials" }, ...trials.map((t) => trialItem(t))));

/** Every file of examples in turn; false where the text was edited meanwhile, in another window. */
async function once() {
  const mine = turn;
  $("trials").replaceChildren();
  let differing = 0;
  for (const [i, name] of files.entries()) {
    $("progress").textContent = `${i + 1}/${files.length} ${name} …`;
    const { trials } = await asked("effect", { name });
    if (mine !== turn) return true;
    if (!trials) return false;
    differing += trials.length;
    if (trials.length) $("trials").append(ofFile(name, trials));
  }
  $("progress").textContent = `${differing} ${words.effect_done}`;
  return true;
}

$("run").addEventListener("click", doing(async () => {
  $("run").disabled = true;
  try {
    if (which()) await withAct();
    else while (!(await once())) await shown();
  } finally {
    $("run").disabled = false;
  }
}));

// ---------------------------------------------------------------- studies

const studied = (button, status, frame, given) => doing(async (event) => {
  event.preventDefault();
  const mine = turn;
  $(button).disabled = true;
  $(frame).hidden = true;
  try {
    const found = await job({ which: which(), ...(await given()) }, (state) => { if (mine === turn) $(status).textContent = state.done ? `${state.done}${state.every ? `/${state.every}` : ""} …` : words.working; });
    if (mine !== turn) return;
    $(status).textContent = "";
    $(frame).hidden = false;
    show($(frame), found.page);
  } catch (error) {
    if (mine === turn) $(status).textContent = error.message;
    throw error;
  } finally {
    $(button).disabled = false;
  }
});

$("compare").addEventListener("click", studied("compare", "comparing", "compared", async () => ({ kind: "compare", illustrative: $("illustrative").checked })));
$("portfolio").addEventListener("submit", studied("simulate", "simulating", "simulated", async () => {
  const file = $("cases").files[0];
  const taken = file ? await (await ask(`tables?name=${encodeURIComponent(file.name)}`, file)).json() : {};
  return {
    kind: "portfolio", number: Number($("count").value), seed: Number($("seed").value), tables: taken.tables, split: $("split").checked,
    last_text: $("last_text").checked,
    illustrative: $("illustrative").checked, by: [...$("groups").querySelectorAll("input:checked")].map((i) => i.value),
  };
}));

// ---------------------------------------------------------------- what is done

$("print").addEventListener("click", () => $("redline").contentWindow.print());
$("zip").addEventListener("click", doing(async () => {
  const answer = await ask(`proposal.zip?which=${encodeURIComponent(which())}`, act ? { key: act.key, text: act.text } : {});
  const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "");
  download(await answer.blob(), name ? name[1] : "changes.zip");
}));

await doing(async () => {
  await listed(location.hash ? decodeURIComponent(location.hash.slice(1)) : undefined);
  const made = (await asked("form")).form;
  const facts = made ? made.things[made.root].facts.filter((f) => f.kind === "choice" || f.kind === "yes_or_no") : [];
  $("groups").replaceChildren(...facts.map((f) => el("label", { class: "tick" }, el("input", { type: "checkbox", value: f.name }), ` ${f.name}`)));
  await shown();
})();
