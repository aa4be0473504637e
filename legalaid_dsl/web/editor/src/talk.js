// The language server at the other end of a WebSocket: files that are open, messages, renaming over several files.

import { setDiagnostics } from "@codemirror/lint";
import { LSPClient, LSPPlugin, Workspace } from "@codemirror/lsp-client";
import { showDialog } from "@codemirror/view";

const SEVERITIES = ["error", "error", "warning", "info", "hint"];

class Files extends Workspace {
  constructor(client, hooks) {
    super(client);
    this.hooks = hooks;
    this.files = [];
    this.versions = new Map();
  }

  /** The number of a text as the program has been told it, -1 before that. */
  version(uri) {
    return this.versions.get(uri) ?? -1;
  }

  next(uri) {
    const version = this.version(uri) + 1;
    this.versions.set(uri, version);
    return version;
  }

  syncFiles() {
    const found = [];
    for (const file of this.files) {
      const plugin = LSPPlugin.get(file.view);
      if (!plugin || plugin.unsyncedChanges.empty) continue;
      found.push({ changes: plugin.unsyncedChanges, file, prevDoc: file.doc });
      file.doc = file.view.state.doc;
      file.version = this.next(file.uri);
      plugin.clear();
    }
    return found;
  }

  openFile(uri, languageId, view) {
    const file = { uri, languageId, version: this.next(uri), doc: view.state.doc, view, getView: () => view };
    this.files.push(file);
    this.client.didOpen(file);
  }

  closeFile(uri) {
    if (!this.getFile(uri)) return;
    this.files = this.files.filter((f) => f.uri !== uri);
    this.client.didClose(uri);
  }

  displayFile(uri) {
    return this.hooks.open(uri);
  }
}

/** ``hooks``: open(uri) → a view or null, edit(uri, edits), elsewhere(params), said(message), lost(). */
export function connect(url, rootUri, lang, hooks) {
  const make = () => new LSPClient({
    rootUri, timeout: 20000, initializationOptions: { lang },
    workspace: (it) => new Files(it, hooks),
    notificationHandlers: {
      "textDocument/publishDiagnostics": (it, params) => diagnosed(it, params),
      "legalaid/elsewhere": (it, params) => {
        hooks.elsewhere(params);
        return true;
      },
      "window/showMessage": (it, params) => {
        hooks.said(params.message);
        return true;
      },
      "window/logMessage": () => true,
    },
  });
  const client = make();
  const dial = () => {
    const socket = new WebSocket(url);
    const handlers = new Set();
    socket.onmessage = (event) => handlers.forEach((h) => h(event.data));
    socket.onopen = () => {
      if (client.connected) client.disconnect();
      client.connect({
        send: (text) => socket.send(text), subscribe: (h) => handlers.add(h), unsubscribe: (h) => handlers.delete(h),
      });
      client.initializing.then(() => {
        client.sync(); // what was typed before
        hooks.ready();
      }, () => {});
    };
    socket.onclose = () => {
      if (client.connected) client.disconnect();
      hooks.lost();
      setTimeout(dial, 2000);
    };
  };
  dial();
  return client;
}

const lasting = new Map(); // uri → the last messages, for a file that is opened later

function diagnosed(client, params) {
  lasting.set(params.uri, params.diagnostics);
  const file = client.workspace.getFile(params.uri);
  if (file && file.getView()) show(file.getView(), params.uri);
  return true;
}

/** Messages where they stand. What would mend them comes later, from the page (see mendable in editor.js). */
function show(view, uri) {
  const plugin = LSPPlugin.get(view);
  if (!plugin || plugin.uri !== uri) return;
  const at = (place) => plugin.unsyncedChanges.mapPos(plugin.fromPosition(place, plugin.syncedDoc));
  view.dispatch(setDiagnostics(view.state, (lasting.get(uri) || []).map((item) => ({
    from: at(item.range.start), to: at(item.range.end), severity: SEVERITIES[item.severity ?? 1], message: item.message, source: item.code,
  }))));
}

/** A name changed everywhere: in this file as an edit that can be undone, in the others by the page. */
export function rename(hooks, words) {
  return (view) => {
    const plugin = LSPPlugin.get(view);
    if (!plugin) return false;
    plugin.client.sync();
    const position = plugin.toPosition(view.state.selection.main.head);
    const textDocument = { uri: plugin.uri };
    plugin.client.request("textDocument/prepareRename", { textDocument, position }).then(async (range) => {
      if (!range) {
        hooks.said(words.not_renamed);
        return;
      }
      const now = view.state.sliceDoc(plugin.fromPosition(range.start), plugin.fromPosition(range.end));
      const { close, result } = showDialog(view, { label: words.new_name, input: { name: "name", type: "text", value: now }, submitLabel: words.rename, focus: "input", class: "cm-ask" });
      const form = await result;
      view.dispatch({ effects: close });
      const newName = form ? form.elements.namedItem("name").value.trim() : "";
      if (!newName || newName === now) return;
      const found = await plugin.client.request("textDocument/rename", { textDocument, position, newName });
      for (const [uri, edits] of Object.entries(found?.changes || {})) {
        const shown = LSPPlugin.get(view); // another file may have been opened meanwhile
        if (shown?.uri === uri) {
          view.dispatch({ changes: edits.map((c) => ({ from: shown.fromPosition(c.range.start), to: shown.fromPosition(c.range.end), insert: c.newText })), userEvent: "rename" });
        } else {
          await hooks.edit(uri, edits);
        }
      }
    }).catch((error) => hooks.said(error.message || String(error)));
    return true;
  };
}
