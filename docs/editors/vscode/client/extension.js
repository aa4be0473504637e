// The client: starts `legalaid lsp` and shows what running an example gave.
"use strict";

const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

const SCHEME = "legalaid-explanation";
const explanations = new Map();
const changed = new vscode.EventEmitter();
let client;

async function activate(context) {
  const settings = vscode.workspace.getConfiguration("legalaid");
  const [command, ...args] = settings.get("command");
  const messages = settings.get("messages");
  client = new LanguageClient(
    "legalaid",
    "Legal aid rules",
    { command, args, transport: TransportKind.stdio },
    {
      documentSelector: [{ language: "legalaid" }],
      initializationOptions: messages === "auto" ? {} : { lang: messages },
      synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.{law,case,csv}") },
      middleware: { executeCommand: execute },
    },
  );
  context.subscriptions.push(
    client,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => explanations.get(uri.toString()) ?? "",
    }),
  );
  await client.start();
}

// The server runs the example; "explain" also opens the explanation beside it.
async function execute(command, args, next) {
  const ran = await next(command, args);
  if (!ran || !command.startsWith("legalaid.")) return ran;
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${ran.key}.txt` });
  explanations.set(uri.toString(), [ran.summary, ...ran.failures, "", ran.explanation].join("\n"));
  changed.fire(uri);
  if (command === "legalaid.explainCase") {
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
  } else {
    vscode.window.setStatusBarMessage(`${ran.key}: ${ran.summary}`, 8000);
  }
  return ran;
}

async function deactivate() {
  await client?.stop();
}

module.exports = { activate, deactivate };
