// Rule files in colour, by the keywords that the program sends: no word of the language is written here.

import { HighlightStyle, StreamLanguage } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const OF_KIND = {
  heading: "heading", statement: "keyword", operator: "operatorKeyword", declaration: "typeName", example: "namespace", constant: "atom",
};
const PARTS = [
  [/#.*/y, "comment"], [/"[^"]*"?/y, "string"], [/(?:en|vi)(?=\s+")/y, "meta"], [/\d{4}-\d\d-\d\d(?!\d)/y, "number"],
  [/\d+(?:[.,]\d+)*(?:\s?%)?/y, "number"], [/[a-z][a-z0-9]*(?:[_.][a-z0-9_]+)+(?![\p{L}\p{N}_])/yu, "propertyName"],
  [/<=|>=|[<>=≤≥+×*/−-]/y, "operator"], [/[\p{L}_][\p{L}\p{M}\p{N}_’'-]*/yu, null],
];

/** The language of one tongue. ``keywords``: pairs of a pattern and its kind, the longest first. */
export function language(keywords) {
  const known = keywords.map(([pattern, kind]) => [new RegExp(`(?:${pattern})(?![\\p{L}\\p{N}_])`, "yu"), OF_KIND[kind] || "keyword"]);
  const match = (stream, pattern) => {
    pattern.lastIndex = stream.pos;
    const found = pattern.exec(stream.string);
    if (!found || !found[0]) return false;
    stream.pos += found[0].length;
    return true;
  };
  return StreamLanguage.define({
    name: "law",
    token(stream) {
      if (stream.eatSpace()) return null;
      for (const [pattern, style] of PARTS.slice(0, 3)) if (match(stream, pattern)) return style;
      for (const [pattern, style] of known) if (match(stream, pattern)) return style;
      for (const [pattern, style] of PARTS.slice(3)) if (match(stream, pattern)) return style;
      stream.next();
      return null;
    },
    languageData: { commentTokens: { line: "#" } },
  });
}

/** Colours are names of the page's own style sheet, so that dark and print have theirs. */
export const style = HighlightStyle.define([
  { tag: tags.comment, class: "k-comment" }, { tag: tags.string, class: "k-string" }, { tag: tags.meta, class: "k-meta" },
  { tag: tags.number, class: "k-number" }, { tag: tags.heading, class: "k-heading" }, { tag: tags.keyword, class: "k-word" },
  { tag: tags.operatorKeyword, class: "k-operator" }, { tag: tags.operator, class: "k-operator" }, { tag: tags.typeName, class: "k-type" },
  { tag: tags.namespace, class: "k-heading" }, { tag: tags.atom, class: "k-number" }, { tag: tags.propertyName, class: "k-key" },
]);
