// A session in Visual Studio Code, with code-server and a headless browser: open a file, see problems, hover,
// apply a fix, complete, format on save, show the cost.
//
//   npm install --prefix DIR code-server playwright-core        (with the version of Node that code-server requires)
//   NODE_PATH=DIR/node_modules CHROMIUM=/usr/bin/chromium DOCKWRIGHT=target/debug/dockwright \
//     node tests/editors/vscode.mjs editors/vscode/dockwright-0.1.0.vsix [SCREENSHOT.png]
//
// code-server compiles modules, which requires a C++ compiler, libkrb5-dev and the headers of Node. If node-gyp cannot
// download those, set npm_config_nodedir to a directory that contains them, such as that of the npm package `node`.
//
// Ends with 0 if everything works; otherwise with 1, and prints what does not.

import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const require = createRequire(path.join(process.env.NODE_PATH ?? "node_modules", "x.js"));
const { chromium } = require("playwright-core");
const [, , extension, screenshot] = process.argv;
const PORT = 18437;
const PATIENCE = Number(process.env.PATIENCE ?? 120) * 1000;

const TEXT = `# syntax=docker/dockerfile:1
FROM python:3.12-slim AS build
WORKDIR /srv
RUN apt-get update \\
  && apt-get install -y --no-install-recommends gcc=4:12.2.0-3 \\
  && rm -rf /var/lib/apt/lists/*
ADD requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

FROM python:3.12-slim
COPY --from=build /srv /srv
USER app
CMD ["python", "-m", "app"]
`;

function fail(what) {
  throw new Error(what);
}

async function until(what, condition) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    if (await condition()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  fail(`waited in vain until ${what}`);
}

const root = fs.mkdtempSync(path.join(os.tmpdir(), "dockwright-vscode-"));
const directory = path.join(root, "app");
const data = path.join(root, "data");
fs.mkdirSync(directory);
const file = path.join(directory, "Dockerfile");
fs.writeFileSync(file, TEXT);
fs.writeFileSync(path.join(directory, "requirements.txt"), "flask==3.0.3\n");
const settings = JSON.stringify({
  "chat.disableAIFeatures": true,
  "dockwright.path": path.resolve(process.env.DOCKWRIGHT ?? "target/debug/dockwright"),
  "editor.formatOnSave": true,
  "editor.minimap.enabled": false,
  "extensions.autoCheckUpdates": false,
  "files.autoSave": "off",
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
});
for (const scope of ["User", "Machine"]) {
  fs.mkdirSync(path.join(data, scope), { recursive: true });
  fs.writeFileSync(path.join(data, scope, "settings.json"), settings);
}
const bin = require.resolve("code-server/package.json").replace(/package\.json$/, "out/node/entry.js");
const common = [bin, "--user-data-dir", data, "--extensions-dir", path.join(root, "extensions")];
const installed = spawnSync(process.execPath, [...common, "--install-extension", path.resolve(extension)], {
  encoding: "utf8",
});
if (installed.status !== 0) {
  console.error(installed.stdout, installed.stderr);
  process.exit(1);
}
const server = spawn(
  process.execPath,
  [...common, "--auth", "none", "--bind-addr", `127.0.0.1:${PORT}`, "--disable-update-check", directory],
  { stdio: ["ignore", "pipe", "pipe"] },
);
let log = "";
for (const stream of [server.stdout, server.stderr]) {
  stream.on("data", (chunk) => (log += chunk));
}

let browser;
let page;
try {
  await until("code-server listens", () => log.includes("HTTP server listening"));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(PATIENCE);
  page.on("pageerror", (error) => console.error(`page: ${error.message}`));
  await page.goto(`http://127.0.0.1:${PORT}/?folder=${encodeURIComponent(directory)}`);
  await page.waitForSelector(".monaco-workbench");

  const press = (keys) => page.keyboard.press(keys);
  const palette = async (text) => {
    await press("F1");
    await page.waitForSelector(".quick-input-widget input");
    await page.keyboard.type(text);
    await page.waitForSelector(".quick-input-list .monaco-list-row.focused");
    await page.waitForTimeout(500);
    await press("Enter");
  };
  const line = (text) => page.locator(".view-line", { hasText: text }).first();

  // Open the file: the mistake has a squiggle.
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: "Dockerfile" }).first().dblclick();
  await page.waitForSelector(".squiggly-error, .squiggly-warning");
  await until("the problem of ADD is reported", () => page.locator(".squiggly-error").count());

  // Hints: the size of a layer.
  await until("the inlay hints are there", async () =>
    /rebuilt:/.test((await page.locator(".view-lines").innerText()).replaceAll("\u00a0", " ")),
  );

  // Hover.
  const add = line("ADD").locator("span span", { hasText: /^ADD/ }).first();
  await add.hover();
  const hover = page.locator(".monaco-hover:not(.hidden)", { hasText: "DL3020" }).first();
  await hover.waitFor();
  if (screenshot) {
    await page.waitForTimeout(1500);
    await page.screenshot({ path: screenshot });
  }

  // Apply the preferred fix.
  await press("Escape");
  await add.click();
  await press("Control+.");
  const fix = page.locator(".action-widget .monaco-list-row", { hasText: "COPY" }).first();
  await fix.waitFor();
  // A transparent element above the menu intercepts clicks in some versions. The preferred fix has the focus.
  await page.locator(".action-widget .monaco-list-row.focused", { hasText: "COPY" }).waitFor();
  await press("Enter");
  await line("COPY requirements.txt").waitFor();

  // Completion.
  await press("Control+End");
  await page.keyboard.type("worK", { delay: 80 });
  await page.locator(".suggest-widget .monaco-list-row", { hasText: "workdir" }).first().waitFor();
  await press("Tab");
  await line("workdir").waitFor();
  await page.keyboard.type("  /srv");
  await press("Escape");

  // Format on save.
  await press("Control+s");
  await until("the file is formatted", () => fs.readFileSync(file, "utf8").trimEnd().endsWith("\nWORKDIR /srv"));
  if (!fs.readFileSync(file, "utf8").includes("\nCOPY requirements.txt ./\n")) {
    fail("the fix is not in the file");
  }

  // The cost report.
  await palette("dockwright: Show the cost");
  await page.locator(".tab", { hasText: "Cost of" }).first().waitFor();
  console.log("vscode: everything works");
} catch (error) {
  console.error(`vscode: ${error.message}`);
  await page?.screenshot({ path: path.join(os.tmpdir(), "dockwright-vscode.png") }).catch(() => undefined);
  console.error(`see ${root} and dockwright-vscode.png beside it`);
  process.exitCode = 1;
} finally {
  await browser?.close();
  server.kill();
  if (!process.exitCode) {
    fs.rmSync(root, { recursive: true, force: true });
  }
}
