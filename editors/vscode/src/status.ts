// The status item: whether the language server runs, and which one.

import * as vscode from "vscode";

import { Program } from "./program";

export class Status implements vscode.Disposable {
  private readonly item: vscode.LanguageStatusItem;

  constructor() {
    this.item = vscode.languages.createLanguageStatusItem("dockwright", { language: "dockerfile" });
    this.item.name = "dockwright";
    this.starting();
  }

  starting(): void {
    this.set("dockwright: starting", vscode.LanguageStatusSeverity.Information, true);
  }

  running(version: string, program: Program): void {
    this.set(`dockwright ${version}`, vscode.LanguageStatusSeverity.Information, false);
    this.item.detail = `from ${program.origin === "PATH" ? "PATH" : `the ${program.origin}`}`;
    this.item.command = { title: "Show cost", command: "dockwright.showCost" };
  }

  stopped(): void {
    this.set("dockwright: stopped", vscode.LanguageStatusSeverity.Error, false);
    this.item.command = { title: "Restart", command: "dockwright.restart" };
  }

  missing(): void {
    this.set("dockwright: not found", vscode.LanguageStatusSeverity.Error, false);
    this.item.command = {
      title: "Set path",
      command: "workbench.action.openSettings",
      arguments: ["dockwright.path"],
    };
  }

  dispose(): void {
    this.item.dispose();
  }

  private set(text: string, severity: vscode.LanguageStatusSeverity, busy: boolean): void {
    this.item.text = text;
    this.item.severity = severity;
    this.item.busy = busy;
    this.item.detail = undefined;
    this.item.command = { title: "Show log", command: "dockwright.showLog" };
  }
}
