// The editor of the studio. The page gives it texts and hears of changes; the language server knows the law.

import { acceptCompletion, autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { forEachDiagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { findReferences, findReferencesKeymap, formatDocument, formatKeymap, jumpToDefinition, LSPPlugin, serverCompletion } from "@codemirror/lsp-client";
import { goToNextChunk, unifiedMergeView } from "@codemirror/merge";
import { closeSearchPanel, highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, RangeSet, StateEffect, StateField } from "@codemirror/state";
import { drawSelection, EditorView, gutter, GutterMarker, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { language, style } from "./colours.js";
import { hovering, hush, tell } from "./hover.js";
import { connect, rename } from "./talk.js";

// ---------------------------------------------------------------- marks in the margin

class Mark extends GutterMarker {
  constructor(kind, title) {
    super();
    this.kind = kind;
    this.title = title;
  }

  eq(other) {
    return other.kind === this.kind && other.title === this.title;
  }

  toDOM() {
    const made = document.createElement("span");
    made.className = `covered ${this.kind}`;
    made.title = this.title;
    return made;
  }
}

const setMarks = StateEffect.define();
const marks = StateField.define({
  create: () => RangeSet.empty,
  update(value, tr) {
    let found = value.map(tr.changes);
    for (const effect of tr.effects) if (effect.is(setMarks)) found = effect.value;
    return found;
  },
});
const differences = new Compartment();
const margin = [marks, gutter({ class: "cm-covered", markers: (view) => view.state.field(marks) })];

// ---------------------------------------------------------------- the editor

/** A command about the name that is selected, or that the cursor stands in or behind. */
const onName = (command) => (view) => {
  const { main } = view.state.selection;
  const behind = main.empty && !/[\p{L}\p{N}]/u.test(view.state.sliceDoc(main.head, main.head + 1)) && /[\p{L}\p{N}]/u.test(view.state.sliceDoc(main.head - 1, main.head));
  if (!main.empty || behind) view.dispatch({ selection: { anchor: main.empty ? main.head - 1 : main.from } });
  return command(view);
};

/** ``hooks``: changed(text), save(), open(uri), edit(uri, edits), elsewhere(params), said(text), ready(), lost(). */
export function makeEditor(parent, { url, rootUri, lang, words, colours, label, hooks }) {
  const client = connect(url, rootUri, lang, hooks);
  const tongues = Object.fromEntries(Object.entries(colours).map(([key, keywords]) => [key, language(keywords)]));
  const states = new Map(); // uri → the state as it was left, with its history of edits
  let uri = "";
  let how = ""; // the open file is shown
  let quiet = false;

  const renamed = onName(rename(hooks, words));
  const told = onName(tell);
  const keys = keymap.of([
    { key: "Mod-s", run: () => (hooks.save(), true), preventDefault: true },
    { key: "F2", run: renamed, preventDefault: true }, { key: "Mod-k Mod-i", run: told }, { key: "Alt-F1", run: told }, { key: "Escape", run: hush },
    { key: "F12", run: onName(jumpToDefinition), preventDefault: true }, { key: "Shift-F12", run: onName(findReferences), preventDefault: true },
    { key: "Tab", run: acceptCompletion },
    ...completionKeymap, ...lintKeymap, ...searchKeymap, ...historyKeymap, ...formatKeymap, ...findReferencesKeymap, ...defaultKeymap,
  ]);
  const changed = EditorView.updateListener.of((update) => {
    if (!update.docChanged) return;
    if (client.connected) client.sync(); // at every keystroke: it is what keeps the draft
    if (!quiet) hooks.changed(update.state.doc.toString());
  });

  function extensions(name, tongue, fixed) {
    return [
      lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), history(), drawSelection(), highlightActiveLine(), bracketMatching(),
      closeBrackets(), search({ top: true }), highlightSelectionMatches(), autocompletion({ activateOnTyping: true }), lintGutter(), margin, hovering,
      indentUnit.of("  "), EditorView.lineWrapping, EditorState.phrases.of(words.phrases || {}), EditorState.readOnly.of(fixed),
      tongues[tongue] || tongues.en, syntaxHighlighting(style), serverCompletion({ override: true }), keys, changed,
      EditorView.contentAttributes.of({ "aria-label": `${label}: ${name}`, spellcheck: "false", autocapitalize: "off", lang: tongue, tabindex: "0" }),
      differences.of([]), client.plugin(uri, "legalaid"),
    ];
  }

  const view = new EditorView({ parent, state: EditorState.create({ doc: "", extensions: [EditorState.readOnly.of(true), EditorView.contentAttributes.of({ "aria-label": label })] }) });

  return {
    view,
    get connected() {
      return client.connected && client.serverCapabilities !== null;
    },
    text: () => view.state.doc.toString(),
    /** The text with the number that tells the program which of two is the later one. */
    now: () => ({ text: view.state.doc.toString(), version: client.workspace.version(uri) }),
    line: () => view.state.doc.lineAt(view.state.selection.main.head).number,
    /** A search or a question that is open is closed, and whoever types in it types nowhere: awaited before another state is shown,
     * which would take it away in the middle of the change. */
    async closed() {
      const writing = view.hasFocus;
      closeSearchPanel(view);
      for (const one of view.dom.querySelectorAll(".cm-dialog-close")) one.click();
      if (!writing) view.contentDOM.blur();
      await new Promise((done) => { setTimeout(done); }); // a question takes itself out of the state a little later
    },
    /** Another file, or the same one anew; after ``closed``. ``base``: a text to show the differences from, or null. */
    show(newUri, name, text, tongue, fixed, base = null) {
      if (uri) states.set(uri, { state: view.state, how });
      const kept = states.get(newUri);
      const selection = uri === newUri && view.state.doc.toString() === text ? view.state.selection : undefined; // the same text, in another tongue
      quiet = true;
      uri = newUri;
      how = `${tongue} ${fixed}`;
      const same = kept && kept.how === how && kept.state.doc.toString() === text;
      view.setState(same ? kept.state : EditorState.create({ doc: text, selection, extensions: extensions(name, tongue, fixed) }));
      quiet = false;
      this.differ(base);
    },
    /** What is different from ``base`` is shown in the text, or no longer (null): the same state, so that nothing open in the editor is lost. */
    differ(base) {
      view.dispatch({ effects: differences.reconfigure(base === null ? [] : unifiedMergeView({ original: base, mergeControls: false, allowInlineDiffs: true })) });
      if (base !== null && base !== view.state.doc.toString()) goToNextChunk(view); // from where one stands, or around
    },
    /** The same file with another text, as an edit that can be undone. */
    replace(text) {
      const now = view.state.doc.toString();
      let from = 0;
      while (from < now.length && from < text.length && now[from] === text[from]) from += 1;
      let end = 0;
      while (end < now.length - from && end < text.length - from && now[now.length - 1 - end] === text[text.length - 1 - end]) end += 1;
      view.dispatch({ changes: { from, to: now.length - end, insert: text.slice(from, text.length - end) }, annotations: isolateHistory.of("full") });
    },
    insert(line, text) {
      const at = line > view.state.doc.lines ? view.state.doc.length : view.state.doc.line(Math.max(line, 1)).from;
      view.dispatch({ changes: { from: at, insert: text }, selection: { anchor: at, head: at + text.trimEnd().length }, scrollIntoView: true, annotations: isolateHistory.of("full") });
      view.focus();
    },
    goTo(line, column = 1, length = 0) {
      const found = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
      const anchor = Math.min(found.from + column - 1, view.state.doc.length);
      const selection = { anchor, head: Math.min(anchor + length, view.state.doc.length) };
      view.dispatch({ selection, effects: EditorView.scrollIntoView(anchor, { y: "start", yMargin: 60 }) });
      view.focus();
    },
    /** ``lines``: [line, kind, title], in order. */
    mark(lines) {
      const found = lines.filter(([n]) => n >= 1 && n <= view.state.doc.lines).map(([n, kind, title]) => new Mark(kind, title).range(view.state.doc.line(n).from));
      view.dispatch({ effects: setMarks.of(RangeSet.of(found, true)) });
    },
    /** Buttons for the messages that stand there. ``mends``: [from, to, name, text, start of the message]. */
    mendable(mends) {
      if (!mends.length) return;
      const found = [];
      forEachDiagnostic(view.state, (d, from, to) => found.push({ ...d, from, to, actions: mends.filter((m) => m[4] === from).map(([start, end, name, insert]) => ({
        name, apply: (target) => target.dispatch({ changes: { from: start, to: end, insert }, userEvent: "input.mend" }),
      })) }));
      view.dispatch(setDiagnostics(view.state, found));
    },
    format: () => formatDocument(view),
    rename: () => renamed(view),
    focus: () => view.focus(),
    dropped: (ofUri) => states.delete(ofUri),
    plugin: () => LSPPlugin.get(view),
  };
}
