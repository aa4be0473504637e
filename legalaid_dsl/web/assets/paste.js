// Rows of a spreadsheet to items of a list. What is not understood is left unknown and told, never guessed.

export const plain = (text) => text.normalize("NFC").trim().toLowerCase().replace(/\s+/g, " ");

const YES = ["yes", "có", "x", "true", "đúng"];
const NO = ["no", "không", "false", "sai"];

/** A decimal as facts hold it, "" where it could be read in two ways. */
export function decimal(text, lang) {
  let found = text.trim().replace(/\s/g, "");
  const [point, group] = lang === "vi" ? [",", "."] : [".", ","];
  if (found.includes(point) && found.includes(group)) {
    if (!new RegExp(`^[0-9]{1,3}(\\${group}[0-9]{3})+\\${point}[0-9]+$`).test(found)) return "";
    found = found.replaceAll(group, "");
  }
  else if (found.includes(group) && new RegExp(`^[0-9]{1,3}(\\${group}[0-9]{3})+$`).test(found)) return "";
  found = found.replace(",", ".");
  return /^[0-9]+(\.[0-9]+)?$/.test(found) ? found : "";
}

/** A day as facts hold it; days come before months, as they are written in Viet Nam. */
export function day(text) {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text.trim());
  const local = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text.trim());
  const [y, m, d] = iso ? iso.slice(1) : local ? [local[3], local[2], local[1]] : [];
  if (!y) return "";
  const made = new Date(Date.UTC(Number(y), Number(m) - 1, Number(d)));
  return made.getUTCMonth() === Number(m) - 1 && made.getUTCDate() === Number(d) ? made.toISOString().slice(0, 10) : "";
}

const choice = (fact, text) => fact.choices.find((c) => c.names.some((n) => plain(n) === plain(text)));

/** The value of a cell, undefined where it is not understood. */
export function value(fact, text, lang) {
  switch (fact.kind) {
    case "number": return decimal(text, lang) || undefined;
    case "date": return day(text) || undefined;
    case "yes_or_no": return YES.includes(plain(text)) ? true : NO.includes(plain(text)) ? false : undefined;
    case "choice": return choice(fact, text)?.key;
    case "choices": {
      const whole = choice(fact, text); // a name may have a comma in it
      const found = whole ? [whole] : text.split(/[;,]/).filter((t) => t.trim()).map((t) => choice(fact, t));
      return found.every(Boolean) ? found.map((c) => c.key) : undefined;
    }
    default: return text.trim();
  }
}

/** {items, left}: ``left`` are [row, column name, text] that were not understood. ``facts``: the columns in order. */
export function rows(text, facts, lang) {
  const lines = text.replace(/\r/g, "").split("\n").filter((l) => l.trim()).map((l) => l.split("\t"));
  const named = (cell) => facts.find((f) => f.names.some((n) => plain(n) === plain(cell)));
  const heads = lines.length && lines[0].some(named) ? lines.shift().map(named) : facts;
  const items = [];
  const left = [];
  lines.forEach((cells, i) => {
    const item = {};
    cells.forEach((cell, k) => {
      const fact = heads[k];
      if (!cell.trim()) return;
      const found = fact && value(fact, cell, lang);
      if (found === undefined) left.push([i + 1, fact ? fact.name : k + 1, cell]);
      else put(item, fact.path, found);
    });
    items.push(item);
  });
  return { items, left };
}

/** Set a fact in an object, or take it away. */
export function put(object, path, found) {
  const [key, ...rest] = path;
  if (rest.length) {
    object[key] = object[key] && typeof object[key] === "object" ? object[key] : {};
    put(object[key], rest, found);
    if (!Object.keys(object[key]).length) delete object[key];
  } else if (found === undefined || found === null || found === "") delete object[key];
  else object[key] = found;
}

export const at = (object, path) => path.reduce((o, key) => (o && typeof o === "object" ? o[key] : undefined), object);
