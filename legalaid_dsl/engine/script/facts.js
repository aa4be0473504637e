// ---------------------------------------------------------------- facts

const wellFormed = (text) => !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
const isObject = (x) => typeof x === "object" && x !== null && !Array.isArray(x);
const join = (path, key) => (path ? `${path}.${key}` : key);

/** What JSON.parse quietly accepts: numbers that are no whole ones, and keys given twice. */
function checkText(text) {
  const open = [];
  let key = false;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[{}[\],]/g)) {
    if (token === "{") { open.push(new Set()); key = true; }
    else if (token === "[") { open.push(null); key = false; }
    else if (token === "}" || token === "]") { open.pop(); key = false; }
    else if (token === ",") key = Boolean(open[open.length - 1]);
    else if (token[0] !== '"') { if (/[.eE]/.test(token)) throw new Refused("", "no-float"); }
    else if (key) {
      const name = JSON.parse(token).normalize("NFC"), keys = open[open.length - 1];
      if (keys.has(name)) throw new Refused("", "duplicate-key");
      keys.add(name);
      key = false;
    }
  }
}

/** Facts as columns of codes; strict: Refused for what is wrong, Careful for what only the engine reads. */
class Reader {
  constructor(form) {
    this.form = form;
    this.shapes = new Map(form.things.map((s) => [s.key, s]));
    this.codes = new Map();
    for (const shape of form.things) for (const fact of shape.facts) {
      if (fact.choices) this.codes.set(fact.term, new Map(fact.choices.map((c, i) => [c, i])));
    }
    this.scale = BigInt(form.fact_scale);
    this.decimals = form.fact_scale.length - 1;
  }

  read(given) {
    const found = { facts: new Map(), unlisted: new Map(), owner: new Map(), ids: new Map(), paths: new Map([[ROOT, [""]]]), values: 0 };
    for (const shape of this.form.things) {
      for (const fact of shape.facts) found.facts.set(fact.term, []);
      for (const owner of shape.owners) found.owner.set(`${shape.key} ${owner}`, []);
      for (const list of shape.lists) found.unlisted.set(`${list.thing} ${shape.key}`, []);
      if (shape.key !== ROOT) { found.paths.set(shape.key, []); found.ids.set(shape.key, new Map()); }
    }
    this.listed = new Set();
    this.absent = new Set();
    this.careful = false;
    if (!isObject(given)) throw new Refused("", "wrong-type");
    this.item(found, this.shapes.get(ROOT), given, "", 0, "", -1);
    for (const shape of this.form.things) this.references(found, shape);
    if (this.careful) throw new Careful();
    return found;
  }

  keys(given, path) {
    const rest = new Map();
    for (const [key, value] of Object.entries(given)) {
      const name = key.normalize("NFC");
      if (rest.has(name)) throw new Refused(join(path, name), "duplicate-key");
      rest.set(name, value);
    }
    return rest;
  }

  item(found, shape, given, path, place, owner, ownerPlace) {
    const rest = this.keys(given, path);
    if (++found.values > MOST_VALUES) throw new Careful();
    if (shape.identified) {
      const id = rest.get("id");
      if (typeof id !== "string" || !id) throw new Refused(join(path, "id"), "missing-id");
      const name = this.text(id, join(path, "id"));
      if (found.ids.get(shape.key).has(name)) throw new Refused(join(path, "id"), "repeated-id");
      found.ids.get(shape.key).set(name, place);
      rest.delete("id");
    }
    for (const thing of shape.owners) found.owner.get(`${shape.key} ${thing}`).push(thing === owner ? ownerPlace : -1);
    const nested = new Map();
    for (const fact of shape.facts) {
      let inside = rest, at = path;
      for (const key of fact.path.slice(0, -1)) {
        at = join(at, key);
        if (!nested.has(at)) {
          const value = inside.get(key);
          if (value !== undefined && value !== null && !isObject(value)) throw new Refused(at, "wrong-type");
          nested.set(at, this.keys(value ?? {}, at));
          inside.delete(key);
        }
        inside = nested.get(at);
      }
      const last = fact.path[fact.path.length - 1], value = inside.get(last);
      inside.delete(last);
      found.facts.get(fact.term).push(this.value(fact, value ?? null, join(at, last)));
    }
    if (!shape.facts.some((f) => f.path[0] === "labels")) {
      this.labels(found, rest.get("labels") ?? null, join(path, "labels"));
      rest.delete("labels");
    }
    const lists = shape.lists.map((list) => [list, rest.get(list.thing) ?? null]);
    for (const [list] of lists) rest.delete(list.thing);
    for (const [at, left] of [[path, rest], ...nested]) for (const key of left.keys()) throw new Refused(join(at, key), "unknown-key");
    for (const [list, value] of lists) this.list(found, shape, list, value, join(path, list.thing), place);
  }

  list(found, shape, list, value, path, place) {
    const flags = found.unlisted.get(`${list.thing} ${shape.key}`);
    flags.push(value === null && !list.none_unless_stated ? YES : NO);
    if (value === null) { if (!list.none_unless_stated) this.absent.add(list.thing); return; }
    if (!Array.isArray(value)) throw new Refused(path, "wrong-type");
    this.listed.add(list.thing);
    const inner = this.shapes.get(list.thing), paths = found.paths.get(list.thing);
    if (paths.length + value.length > MOST_ITEMS) throw new Careful();
    value.forEach((entry, i) => {
      const at = `${path}[${i}]`;
      if (!isObject(entry)) throw new Refused(at, "wrong-type");
      paths.push(at);
      this.item(found, inner, entry, at, paths.length - 1, shape.key, place);
    });
  }

  text(value, path) {
    if (!wellFormed(value)) throw new Refused(path, "broken-text");
    return value.normalize("NFC");
  }

  labels(found, value, path) {
    if (value === null) return;
    const texts = isObject(value) ? Object.entries(value) : [["", null]];
    if (texts.some(([key, x]) => typeof x !== "string" || !wellFormed(key + x))) throw new Refused(path, "wrong-type");
    if (texts.length > MOST_LABELS) throw new Refused(path, "limit");
    if (texts.flat().some((x) => [...x.normalize("NFC")].length > MOST_LABEL)) throw new Refused(path, "limit");
    if (new Set(texts.map(([key]) => key.normalize("NFC"))).size < texts.length) throw new Refused(path, "duplicate-key");
    found.values += texts.length;
  }

  value(fact, value, path) {
    const wrong = (code) => { throw new Refused(path, code); };
    if (value === null) return fact.kind === "choice" ? fact.choices.length : fact.kind === "choices" ? 1n << BigInt(fact.choices.length) : fact.kind === "yes_or_no" ? DOUBT : null;
    switch (fact.kind) {
      case "choice": return this.codes.get(fact.term).get(value) ?? wrong("no-such-choice");
      case "choices": {
        if (!Array.isArray(value)) wrong("wrong-type");
        let bits = 0n;
        const codes = value.map((x) => this.codes.get(fact.term).get(x) ?? wrong("no-such-choice"));
        if (fact.each_once && new Set(codes).size < codes.length) wrong("repeated");
        if (codes.length > MOST_CHOICES) this.careful = true;
        for (const code of codes) bits |= BigInt(fact.also[code]);
        return bits;
      }
      case "number": {
        if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 1e15) return BigInt(value) * this.scale;
        if (typeof value === "number" && !Number.isInteger(value)) wrong("no-float");
        if (typeof value !== "string" || !/^[0-9]{1,15}(\.[0-9]{1,30})?$/.test(value)) wrong("no-number");
        const [digits, part = ""] = value.split("."), places = part.replace(/0+$/, "");
        if (places.length > this.decimals) { this.careful = true; return null; }
        return BigInt(digits + places.padEnd(this.decimals, "0"));
      }
      case "date": {
        const parts = typeof value === "string" && /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(value);
        const day = parts && Number(parts[1]) >= 1900 ? ordinal(Number(parts[1]), Number(parts[2]), Number(parts[3])) : 0;
        return day >= FIRST_DAY && day <= LAST_DAY && dayText(day) === value ? day : wrong("no-date");
      }
      case "yes_or_no": return typeof value === "boolean" ? (value ? YES : NO) : wrong("wrong-type");
      case "reference": return typeof value === "string" ? { id: this.text(value, path), path } : wrong("wrong-type");
      default: return typeof value === "string" ? this.text(value, path) : wrong("wrong-type");
    }
  }

  /** References by id, once all ids are known; those that are one to one lead nowhere twice and never back. */
  references(found, shape) {
    for (const fact of shape.facts) if (fact.kind === "reference") {
      const ids = found.ids.get(fact.target), column = found.facts.get(fact.term);
      const places = column.map((given) => {
        if (given === null) return -1;
        if (!this.listed.has(fact.target) && this.absent.has(fact.target)) { this.careful = true; return -1; }
        return ids.get(given.id) ?? (() => { throw new Refused(given.path, "unknown-id"); })();
      });
      if (fact.one_to_one) places.forEach((to, from) => {
        if (to >= 0 && places.indexOf(to) !== from) throw new Refused(column[from].path, "taken");
        let at = to, left = places.length;
        while (at >= 0 && left-- > 0) if (at === from) throw new Refused(column[from].path, "circular"); else at = places[at];
      });
      found.facts.set(fact.term, places);
    }
  }
}
