/** `make demo`: runs scenarios/demo.yaml as a user would, and holds its judgement against what it was built to show. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { detectCgroup } from "../../runner/substrate/cgroup/detect.ts";
import { sh } from "../support/sh.ts";
import { complaints, shown } from "./demo-check.ts";

const root = join(import.meta.dirname, "..", "..");
const launcher = join(root, "runner", "cli", "shakedown.mjs");
const here = sh({ cwd: root, nothrow: true, stdio: ["ignore", "pipe", "inherit"] });
// A demo is no night: the clone stays as it was.
const run = here`${process.execPath} ${launcher} run scenarios/demo.yaml --no-history ${process.argv.slice(2)}`;
// Ctrl-C reaches the harness too, which undoes its faults: wait for it.
process.on("SIGINT", () => undefined);
run.stdout.pipe(process.stdout);
const { exitCode: exit, stdout } = await run;
const report = /^report\s+(\S.*)$/m.exec(stdout)?.[1];
process.exitCode = report === undefined ? (exit ?? 1) || 1 : tell(report);

function tell(report: string): number {
  const judgement = JSON.parse(readFileSync(resolve(root, report.replace(/report\.html$/, "judgement.json")), "utf8"));
  const wrong = complaints({ judgement, exit, report, kernelKills: detectCgroup().memory });
  for (const it of wrong) process.stderr.write(`demo: ${it}\n`);
  if (wrong.length === 0) process.stdout.write(`\n${shown(judgement)}`);
  return wrong.length === 0 ? 0 : 1;
}
