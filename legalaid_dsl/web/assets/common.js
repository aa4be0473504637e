// What all pages use: words, questions to the program, elements made without markup.

export const lang = document.documentElement.lang;
export const words = await (await fetch(`/studio/words?lang=${lang}`)).json();
export const own = crypto.randomUUID(); // this window: it is told of what others do
export const $ = (id) => document.getElementById(id);

/** An element. Text is always text: nothing that comes from a file or a case becomes markup. */
export function el(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && key !== "list" && typeof value !== "string") made[key] = value;
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...inside.filter((x) => x !== null && x !== undefined && x !== ""));
  return made;
}

export class Trouble extends Error {
  constructor(body) {
    super(body.detail || body.title || words.failed);
    this.body = body;
  }
}

/** Ask the program; raises Trouble with what it says. ``given``: an object, or a file as it is. */
export async function ask(what, given = {}) {
  let answer;
  const raw = given instanceof Blob;
  try {
    answer = await fetch(`/studio/${what}${what.includes("?") ? "&" : "?"}lang=${lang}`, {
      method: "POST", headers: { "Content-Type": raw ? "application/octet-stream" : "application/json", "Accept-Language": lang, "X-Window": own },
      body: raw ? given : JSON.stringify(given),
    });
  } catch {
    throw new Trouble({ detail: words.gone });
  }
  if (answer.ok) return answer;
  throw new Trouble(await answer.json().catch(() => ({})));
}

export const asked = async (what, given) => (await ask(what, given)).json();

/** Begin something that takes longer, and wait for its end. ``progress``: called with its state. Raises Trouble. */
export async function job(given, progress) {
  let state = await asked("begin", given);
  for (let wait = 200; !state.ended; wait = Math.min(wait * 1.5, 1500)) {
    progress(state);
    await new Promise((done) => { setTimeout(done, wait); });
    state = await asked("job", { id: state.id });
  }
  if (state.failed) throw new Trouble({ detail: state.failed });
  return state;
}

/** Tell something above the page; nothing to say takes it away. */
export function said(text) {
  $("trouble").hidden = !text;
  $("trouble").textContent = text;
}

/** A day, or a moment, as people of the tongue write it. */
export function moment(iso) {
  const day = new Date(iso.length > 10 ? iso : `${iso}T00:00:00Z`);
  const how = iso.length > 10 ? { dateStyle: "short", timeStyle: "short" } : { dateStyle: "short", timeZone: "UTC" };
  return new Intl.DateTimeFormat(lang === "vi" ? "vi-VN" : "en-GB", how).format(day);
}

export function trouble(error) {
  const place = $("trouble");
  place.hidden = !error;
  place.textContent = error ? error.message : "";
  if (error && !(error instanceof Trouble)) throw error;
}

/** Carry out what somebody asked for, and say what went wrong. */
export const doing = (work) => async (...given) => {
  try {
    trouble(null);
    await work(...given);
  } catch (error) {
    trouble(error);
  }
};

/** The last of many calls, once they have stopped for a moment; answers that come late are dropped. */
export function latest(wait, work) {
  let timer = 0;
  let turn = 0;
  return (...given) => {
    clearTimeout(timer);
    const mine = ++turn;
    timer = setTimeout(doing(() => work(() => mine === turn, ...given)), wait);
  };
}

export function show(frame, page) {
  frame.onload = () => whole(frame);
  frame.srcdoc = page;
}

/** As high as the page in it. */
function whole(frame) {
  const inside = frame.contentDocument?.documentElement;
  if (!inside) return;
  frame.style.height = "0"; // else it counts
  frame.style.height = `${Math.min(inside.scrollHeight + 4, 6000)}px`;
}
window.addEventListener("resize", () => document.querySelectorAll("iframe:not([hidden])").forEach(whole));

/** On paper a page that stands in this one is part of it: a frame would be cut between sheets, through its lines, and leave sheets empty. */
window.addEventListener("beforeprint", () => document.querySelectorAll("iframe:not([hidden])").forEach((frame) => {
  const inside = frame.contentDocument?.documentElement;
  if (!inside?.textContent.trim()) return;
  const host = el("div", { class: "printed" });
  const page = document.importNode(inside, true);
  page.querySelectorAll("script").forEach((one) => one.remove());
  page.querySelectorAll("style").forEach((one) => { one.textContent = one.textContent.replaceAll(":root", "html"); });
  host.attachShadow({ mode: "open" }).append(page);
  frame.after(host);
}));
window.addEventListener("afterprint", () => document.querySelectorAll(".printed").forEach((one) => one.remove()));

export function download(blob, name) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** An example that was run, with what changed. */
export function trialItem(trial, go = null) {
  const mark = trial.passed ? words.passed : words.not_passed;
  const name = go && trial.line ? el("button", { class: "link", type: "button", onclick: () => go(trial) }, trial.key) : trial.key;
  const changes = trial.changes.map((c) =>
    el("li", {}, `${c.name}: `, el("del", {}, c.before), " → ", el("ins", {}, c.after)));
  return el("li", { class: trial.passed ? "passed" : "failed" },
    el("p", {}, el("strong", { class: "mark" }, `${trial.passed ? "✓" : "✗"} ${mark}`), " ", name,
      trial.changes.length ? el("em", { class: "changed" }, ` ${words[trial.act ? "by_act" : "was_changed"]}`) : null),
    trial.text ? el("p", { class: "soft" }, trial.text) : null,
    el("p", { class: "soft" }, `${trial.status}${trial.value && trial.value !== "–" ? `: ${trial.value}` : ""}`),
    changes.length ? el("ul", { class: "diff" }, ...changes) : null,
    trial.failures.length ? el("ul", { class: "failures" }, ...trial.failures.map((f) => el("li", {}, f))) : null);
}

export const byText = (by) => (by === "earlier" ? words.by_earlier : by === "saved" ? words.by_saved : by === "act" ? words.with_act : "");
