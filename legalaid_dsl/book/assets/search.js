// What is looked for, made plain as the index is: no case, no accents, đ as d.
function plain(text) {
  return text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "").split(/\s+/u).filter(Boolean).join(" ");
}
// All words must be there; the whole phrase in a title comes first, then words at the beginning of words.
function found(asked) {
  const phrase = plain(asked), words = phrase.split(" ").filter(Boolean);
  if (!words.length) return [];
  const scored = [];
  for (const [kind, title, link, text] of ENTRIES) {
    if (!words.every((word) => text.includes(word))) continue;
    const head = plain(title), whole = ` ${text}`;
    let score = head.includes(phrase) ? 8 : text.includes(phrase) ? 4 : 0;
    for (const word of words) score += (whole.includes(` ${word}`) ? 1 : 0) + (head.includes(word) ? 1 : 0);
    scored.push([score, kind, title, link]);
  }
  return scored.sort((a, b) => b[0] - a[0]);
}
const MOST = 60;
function show(asked) {
  const list = document.getElementById("found"), told = document.getElementById("told");
  const hits = found(asked);
  list.replaceChildren(...hits.slice(0, MOST).map(([, kind, title, link]) => {
    const item = document.createElement("li"), to = document.createElement("a"), what = document.createElement("span");
    to.href = link;
    to.textContent = title;
    what.textContent = kind;
    item.append(what, to);
    return item;
  }));
  told.textContent = plain(asked) ? told.dataset[hits.length ? "some" : "none"].replace("{n}", String(hits.length)) : "";
}
const field = document.getElementById("q");
field.value = new URLSearchParams(location.search).get("q") ?? "";
field.addEventListener("input", () => show(field.value));
show(field.value);
