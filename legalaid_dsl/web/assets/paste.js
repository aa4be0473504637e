// Rows of a spreadsheet to items of a list. What is not understood is left unknown and told, never guessed.

export const plain = (text) => text.normalize("NFC").trim().toLowerCase().replace(/\s+/g, " ");

const YES = ["yes", "có", "x", "true", "đúng"];
const NO = ["no", "không", "false", "sai"];
const TOTAL = /^(tổng|cộng|total|subtotal|grand total|sum)(?!\p{L})/u; // a row that begins so adds up those above it

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
    case "number": return decimal(fact.unit && plain(text).endsWith(plain(fact.unit)) ? plain(text).slice(0, -plain(fact.unit).length) : text, lang) || undefined;
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

/** {items, left, totals, unknown}: ``left`` are [row, column name, text] that were not understood, ``totals`` [row, text], ``unknown`` the names of columns of which it has
 * to be said what they are. ``facts``: the columns in order; ``chosen``: the name of the fact for such a column, "" where nobody reads it. */
export function rows(text, facts, lang, chosen = {}) {
  const lines = text.replace(/\r/g, "").split("\n").filter((l) => l.trim()).map((l) => l.split("\t"));
  const bare = (cell) => plain(cell).replace(/\s*\([^()]*\)$/, ""); // a unit, or a form, behind a name
  const named = (cell) => facts.find((f) => f.names.some((n) => plain(n) === plain(cell) || plain(n) === bare(cell)));
  const first = lines.length && lines[0].some(named) ? lines.shift() : null;
  const heads = first ? first.map((cell) => named(cell) || facts.find((f) => f.name === chosen[cell.trim()])) : facts;
  const passed = (cells) => TOTAL.test(plain(cells.find((cell) => cell.trim())));
  const items = [];
  const left = [];
  const totals = [];
  lines.forEach((cells, i) => {
    if (passed(cells)) {
      totals.push([i + 1, cells.filter((cell) => cell.trim()).join(" ")]);
      return;
    }
    const item = {};
    cells.forEach((cell, k) => {
      const fact = heads[k];
      if (!cell.trim() || (!fact && first?.[k] && chosen[first[k].trim()] === "")) return;
      const found = fact && value(fact, cell, lang);
      if (found === undefined) left.push([i + 1, fact ? fact.name : first?.[k]?.trim() || k + 1, cell]);
      else put(item, fact.path, found);
    });
    items.push(item);
  });
  const unknown = (first || []).filter((cell, k) => cell.trim() && !heads[k] && chosen[cell.trim()] === undefined).map((cell) => cell.trim());
  return { items, left, totals, unknown };
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
