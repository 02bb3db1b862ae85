// Starts `dockwright lsp` for Dockerfiles, and adds commands and a status item.

import * as vscode from "vscode";
import {
  ExecuteCommandRequest,
  LanguageClient,
  LanguageClientOptions,
  RevealOutputChannelOn,
  ServerOptions,
  State,
} from "vscode-languageclient/node";

import { serverArguments, findProgram } from "./program";
import { CostReport } from "./cost";
import { Status } from "./status";

let client: LanguageClient | undefined;
let status: Status;
let log: vscode.OutputChannel;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  log = vscode.window.createOutputChannel("dockwright");
  status = new Status();
  const cost = new CostReport();
  context.subscriptions.push(log, status, cost);
  const command = (name: string, run: () => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(`dockwright.${name}`, run));
  command("fixAll", () => onEditor(fixAll));
  command("format", () => onEditor(() => vscode.commands.executeCommand("editor.action.formatDocument")));
  command("showCost", () => onEditor((editor) => showCost(cost, editor.document)));
  command("restart", () => restart(context, cost));
  command("showLog", () => log.show(true));
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      const needsRestart = ["dockwright.path", "dockwright.config"].some((it) => change.affectsConfiguration(it));
      if (needsRestart) {
        await restart(context, cost);
      }
    }),
  );
  await start(context, cost);
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function start(context: vscode.ExtensionContext, cost: CostReport): Promise<void> {
  const settings = vscode.workspace.getConfiguration("dockwright");
  const program = await findProgram(context.extensionPath, settings.get<string>("path"));
  if (!program) {
    status.missing();
    const choice = "Open settings";
    const chosen = await vscode.window.showErrorMessage(
      "dockwright: program not found. Install dockwright, or set `dockwright.path`.",
      choice,
    );
    if (chosen === choice) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "dockwright.path");
    }
    return;
  }
  const server: ServerOptions = { command: program.path, args: serverArguments(settings.get<string>("config")) };
  const options: LanguageClientOptions = {
    documentSelector: [
      { language: "dockerfile", scheme: "file" },
      { language: "dockerfile", scheme: "untitled" },
    ],
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    middleware: {
      provideInlayHints: (document, range, token, next) =>
        vscode.workspace.getConfiguration("dockwright", document).get<boolean>("inlayHints", true)
          ? next(document, range, token)
          : [],
      provideCodeLenses: (document, token, next) =>
        vscode.workspace.getConfiguration("dockwright", document).get<boolean>("codeLens", true)
          ? next(document, token)
          : [],
      executeCommand: async (command, args, next) => {
        const result = await next(command, args);
        // The command of a code lens: its result is the report.
        const uri = command === "dockwright.cost" ? (args[0] as { uri?: string } | undefined)?.uri : undefined;
        if (uri !== undefined && typeof result === "string") {
          await cost.show(await vscode.workspace.openTextDocument(vscode.Uri.parse(uri)), result);
        }
        return result;
      },
    },
  };
  client = new LanguageClient("dockwright", "dockwright", server, options);
  client.onDidChangeState((change) => {
    if (change.newState === State.Stopped) {
      status.stopped();
    }
  });
  status.starting();
  try {
    await client.start();
    const info = client.initializeResult?.serverInfo;
    status.running(info?.version ?? "", program);
  } catch (error) {
    status.stopped();
    log.appendLine(`cannot start ${program.path}: ${error}`);
    void vscode.window.showErrorMessage(`dockwright: cannot start ${program.path}: ${error}`);
  }
}

async function restart(context: vscode.ExtensionContext, cost: CostReport): Promise<void> {
  const old = client;
  client = undefined;
  await old?.stop().catch(() => undefined);
  await start(context, cost);
}

/** Runs a command on the Dockerfile that is being edited. */
async function onEditor(run: (editor: vscode.TextEditor) => unknown): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "dockerfile") {
    void vscode.window.showInformationMessage("dockwright: open a Dockerfile first.");
    return;
  }
  await run(editor);
}

/** Applies all safe fixes: the source action of the server. */
async function fixAll(editor: vscode.TextEditor): Promise<void> {
  const whole = new vscode.Range(0, 0, editor.document.lineCount, 0);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    editor.document.uri,
    whole,
    "source.fixAll.dockwright",
  );
  const edit = actions.find((action) => action.edit)?.edit;
  if (!edit) {
    void vscode.window.showInformationMessage("dockwright: no problem can be fixed safely.");
    return;
  }
  await vscode.workspace.applyEdit(edit);
}

/** Shows the report of `dockwright optimize` beside the editor. */
async function showCost(cost: CostReport, document: vscode.TextDocument): Promise<void> {
  const running = client;
  if (!running) {
    return;
  }
  try {
    const markdown = await running.sendRequest(ExecuteCommandRequest.type, {
      command: "dockwright.cost",
      arguments: [{ uri: running.code2ProtocolConverter.asUri(document.uri) }],
    });
    await cost.show(document, String(markdown));
  } catch (error) {
    void vscode.window.showErrorMessage(`dockwright: ${error instanceof Error ? error.message : error}`);
  }
}
