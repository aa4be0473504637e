// Decides cases by the lowered form of a ruleset (docs/lowered.md). Exact: numbers are BigInt, or a fraction { n, d }
// of two. Nothing here is of one ruleset, and nothing of one machine: it runs in browsers as in Node.js.
//
//   decide(case, { readings: { id: choice }, figures: "illustrative", reasons: true }) → a result
//   decideText(text, options): the same from JSON text, which also refuses numbers with a point and keys given twice
//
// status: determined, undetermined, refused, or "careful": this module cannot say, and the engine must be asked.

const NO = 0, DOUBT = 1, YES = 3, ROOT = "case";
const MOST_ITEMS = 2000, MOST_VALUES = 200000, MOST_CHOICES = 64, MOST_LABELS = 50, MOST_LABEL = 200;
const FIRST_DAY = 693596, LAST_DAY = 803533; // 1900-01-01 and 2200-12-31

class Refused extends Error { constructor(path, code) { super(code); this.path = path; this.code = code; } }
class Careful extends Error { }
class WrongOption extends Error { }

// ---------------------------------------------------------------- numbers

function gcd(a, b) { a = a < 0n ? -a : a; while (b) [a, b] = [b, a % b]; return a; }
function floor(a, b) { const q = a / b; return a % b !== 0n && (a < 0n) !== (b < 0n) ? q - 1n : q; }
function fraction(n, d) {
  if (d < 0n) [n, d] = [-n, -d];
  const g = gcd(n, d);
  return d === g ? n / g : { n: n / g, d: d / g };
}
function whole(x) { return typeof x === "bigint"; }
function top(x) { return whole(x) ? x : x.n; }
function low(x) { return whole(x) ? 1n : x.d; }
function add(a, b) { return whole(a) && whole(b) ? a + b : fraction(top(a) * low(b) + top(b) * low(a), low(a) * low(b)); }
function sub(a, b) { return whole(a) && whole(b) ? a - b : fraction(top(a) * low(b) - top(b) * low(a), low(a) * low(b)); }
function mul(a, b) { return whole(a) && whole(b) ? a * b : fraction(top(a) * top(b), low(a) * low(b)); }
function div(a, b) { return top(b) === 0n ? null : fraction(top(a) * low(b), low(a) * top(b)); }
function isZero(a) { return a !== null && top(a) === 0n; }
/** -1, 0 or 1; of numbers, or of days. */
function compare(a, b) {
  if (typeof a === "object" || typeof b === "object") { const [x, y] = [top(a) * low(b), top(b) * low(a)]; return x < y ? -1 : x > y ? 1 : 0; }
  return a < b ? -1 : a > b ? 1 : 0;
}
function least(a, b) { return compare(a, b) <= 0 ? a : b; }
function most(a, b) { return compare(a, b) >= 0 ? a : b; }

/** x * up / down in whole steps. */
function rounded(x, mode, up, down, step) {
  const n = top(x) * up, d = low(x) * down;
  if (mode === "down") return floor(n, d) * step;
  if (mode === "up") return -floor(-n, d) * step;
  const half = floor(2n * n + d, 2n * d), even = mode === "half_even" && (2n * n + d) % (2n * d) === 0n && half % 2n !== 0n;
  return (half - (even ? 1n : 0n)) * step;
}

function decimalPlaces(d) {
  let rest = d, places = 0;
  for (const prime of [2n, 5n]) { let n = 0; while (rest % prime === 0n) { rest /= prime; n++; } places = Math.max(places, n); }
  return rest === 1n ? places : -1;
}
/** Decimal text; what does not end is rounded half up to six places. → [text, exact text or null] */
function decimal(x) {
  let n = top(x), d = low(x), exact = null;
  if (decimalPlaces(d) < 0) {
    exact = `${n}/${d}`;
    const short = fraction(floor(2n * n * 1000000n + d, 2n * d), 1000000n);
    n = top(short); d = low(short);
  }
  const places = decimalPlaces(d), sign = n < 0n ? "-" : "", digits = ((n < 0n ? -n : n) * 10n ** BigInt(places) / d).toString().padStart(places + 1, "0");
  return [sign + (places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits), exact];
}

// ---------------------------------------------------------------- days

const EPOCH = 719163; // 1970-01-01 as a day of the proleptic calendar, 0001-01-01 being 1
function ordinal(year, month, day) { return Math.floor(Date.UTC(year, month - 1, day) / 86400000) + EPOCH; }
function calendar(day) { const d = new Date((day - EPOCH) * 86400000); return [d.getUTCFullYear(), d.getUTCMonth() + 1, d.getUTCDate()]; }
function dayText(day) { const [y, m, d] = calendar(day); return `${y}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`; }
function lastOf(year, month) { return calendar(ordinal(year, month + 1, 1) - 1)[2]; }
const MONTHS = { months: 1, quarters: 3, years: 12 }, DAYS = { days: 1, weeks: 7 };
function monthsLater(day, months, ends) {
  const [y, m, d] = calendar(day), place = y * 12 + m - 1 + months;
  if (place < 1900 * 12 || place >= 2201 * 12) return 0;
  const year = Math.floor(place / 12), month = place % 12 + 1, last = lastOf(year, month), over = d > last;
  return ordinal(year, month, Math.min(d, last)) + (over && ends === "day_after" ? 1 : 0);
}
function moved(day, count, unit, ends) {
  if (!whole(count) || count > 109937n || count < -109937n) return null;
  const n = Number(count), later = unit in DAYS ? day + n * DAYS[unit] : monthsLater(day, n * MONTHS[unit], ends);
  return later >= FIRST_DAY && later <= LAST_DAY ? later : null;
}
function between(a, b, unit, ends) {
  if (b < a) return -between(b, a, unit, ends);
  if (unit in DAYS) return Math.floor((b - a) / DAYS[unit]);
  const [y, m] = calendar(a), [z, n] = calendar(b);
  let months = (z - y) * 12 + n - m;
  if (monthsLater(a, months, ends) > b) months--;
  return Math.floor(months / MONTHS[unit]);
}
function edge(day, unit, last) {
  const [year, m] = calendar(day), size = MONTHS[unit], month = Math.floor((m - 1) / size) * size + 1;
  return last ? ordinal(year, month + size - 1, lastOf(year, month + size - 1)) : ordinal(year, month, 1);
}
const ON_DATES = {
  between: (x, unit, ends) => BigInt(between(x[0], x[1], unit, ends)),
  after: (x, unit, ends) => moved(x[1], x[0], unit, ends),
  before: (x, unit, ends) => moved(x[1], sub(0n, x[0]), unit, ends),
  start: (x, unit) => edge(x[0], unit, false),
  end: (x, unit) => edge(x[0], unit, true),
};
