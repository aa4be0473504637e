// What stands under the pointer, or under the cursor (Ctrl-K Ctrl-I, Alt-F1): a term, its unit, a figure with its source. Text only.

import { LSPPlugin } from "@codemirror/lsp-client";
import { StateEffect, StateField } from "@codemirror/state";
import { hoverTooltip, showTooltip } from "@codemirror/view";

async function asked(view, pos) {
  const plugin = LSPPlugin.get(view);
  if (!plugin || !plugin.client.connected) return null;
  plugin.client.sync();
  const found = await plugin.client.request("textDocument/hover", { textDocument: { uri: plugin.uri }, position: plugin.toPosition(pos) }).catch(() => null);
  if (!found || !found.contents) return null;
  const text = typeof found.contents === "string" ? found.contents : found.contents.value;
  const from = found.range ? plugin.fromPosition(found.range.start) : pos;
  return { pos: from, end: found.range ? plugin.fromPosition(found.range.end) : pos, above: true, create: () => ({ dom: box(text) }) };
}

/** The few marks of Markdown that our server writes, as elements; all else stays text. */
export function box(text) {
  const dom = document.createElement("div");
  dom.className = "cm-told";
  for (const block of text.split(/\n{2,}/)) {
    const p = document.createElement("p");
    for (const piece of block.split(/(\*\*[^*]+\*\*|`[^`]+`|\n)/)) {
      if (piece === "\n") p.append(document.createElement("br"));
      else if (/^\*\*.+\*\*$/.test(piece)) p.append(Object.assign(document.createElement("strong"), { textContent: piece.slice(2, -2) }));
      else if (/^`.+`$/.test(piece)) p.append(Object.assign(document.createElement("code"), { textContent: piece.slice(1, -1) }));
      else p.append(piece.replace(/\\([\\`*_{}[\]()#+.!<>|-])/g, "$1"));
    }
    dom.append(p);
  }
  return dom;
}

const put = StateEffect.define();
const shown = StateField.define({
  create: () => null,
  update(value, tr) {
    for (const effect of tr.effects) if (effect.is(put)) return effect.value;
    return tr.docChanged || tr.selection ? null : value;
  },
  provide: (field) => showTooltip.from(field),
});

export const hovering = [hoverTooltip(asked, { hoverTime: 350 }), shown];

export function tell(view) {
  const { doc } = view.state;
  asked(view, view.state.selection.main.head).then((value) => view.state.doc === doc && view.dispatch({ effects: put.of(value) })); // not in another text
  return true;
}

export function hush(view) {
  if (!view.state.field(shown)) return false;
  view.dispatch({ effects: put.of(null) });
  return true;
}
