#!/usr/bin/env node
// The command: finds a Node that is new enough (this one, or the one `make setup` put into .tools/) and hands over.
// Plain JavaScript that Node 18 understands. In a clone it runs the sources, in a package what was compiled.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as module from "node:module";
import { constants } from "node:os";
import { dirname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const oldest = 24;
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const source = join(root, "runner", "cli", "entry.main.ts");
const inClone = existsSync(source);
const entry = inClone ? source : join(root, "dist", "runner", "cli", "entry.main.js");
// As commandName of context.ts says it.
const byNpx = process.env.npm_command === "exec" || (inClone && `${process.cwd()}${sep}`.startsWith(`${root}${sep}`));
const command = byNpx ? "npx shakedown" : inClone ? fileURLToPath(import.meta.url) : "shakedown";

if (Number(process.versions.node.split(".")[0]) >= oldest) {
  // What it compiled is kept: a third of the time to start.
  module.enableCompileCache();
  await import(pathToFileURL(entry).href);
} else {
  const own = join(root, ".tools", "node_modules", ".bin", "node");
  if (existsSync(own)) handOver(own);
  else {
    process.stderr.write(
      `shakedown needs Node ${oldest} or newer; this is ${process.versions.node}.\n` +
        `Run "make setup" in a clone (it fetches one into .tools/), or install a newer Node.\n`,
    );
    process.exitCode = 2;
  }
}

function handOver(node) {
  // The channel tells the harness when this process is gone, so that it never outlives the command it was started by.
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  // Ctrl-C on a terminal reaches the harness too, which takes both for one: it undoes its faults and ends by itself.
  process.on("SIGINT", () => child.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => {
    process.exitCode = signal === null ? code : 128 + constants.signals[signal];
    if (signal !== null) {
      process.stderr.write(
        `shakedown was ended by ${signal}; its watchdog undoes what is left within seconds ("${command} recover" does it by hand)\n`,
      );
    }
  });
}
