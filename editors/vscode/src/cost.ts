// The cost report of a Dockerfile, as a Markdown preview beside the editor.

import * as vscode from "vscode";

const SCHEME = "dockwright-cost";

export class CostReport implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly reports = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration: vscode.Disposable;
  readonly onDidChange = this.changed.event;

  constructor() {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.reports.get(uri.toString()) ?? "";
  }

  /** Shows the report of a Dockerfile; replaces an older one. */
  async show(document: vscode.TextDocument, markdown: string): Promise<void> {
    const uri = vscode.Uri.from({
      scheme: SCHEME,
      path: `/Cost of ${vscode.workspace.asRelativePath(document.uri)}.md`,
    });
    this.reports.set(uri.toString(), markdown);
    this.changed.fire(uri);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
