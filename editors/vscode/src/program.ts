// Which program is started: the one of the settings, the one of the extension's package, or the one in PATH.

import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";

export interface Program {
  path: string;
  origin: "setting" | "extension" | "PATH";
}

const NAME = process.platform === "win32" ? "dockwright.exe" : "dockwright";

/** The program to start; undefined if there is none. */
export async function findProgram(extension: string, setting?: string): Promise<Program | undefined> {
  const written = setting?.trim();
  if (written) {
    const home = written.startsWith("~/") ? path.join(os.homedir(), written.slice(2)) : written;
    return (await isProgram(home)) ? { path: home, origin: "setting" } : undefined;
  }
  const own = path.join(extension, "bin", NAME);
  if (await isProgram(own)) {
    return { path: own, origin: "extension" };
  }
  for (const directory of (process.env.PATH ?? "").split(path.delimiter).filter(Boolean)) {
    const candidate = path.join(directory, NAME);
    if (await isProgram(candidate)) {
      return { path: candidate, origin: "PATH" };
    }
  }
  return undefined;
}

/** The arguments of the language server. */
export function serverArguments(config?: string): string[] {
  return config?.trim() ? ["lsp", "--config", config.trim()] : ["lsp"];
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await fs.access(file, fs.constants.X_OK);
    return (await fs.stat(file)).isFile();
  } catch {
    return false;
  }
}
