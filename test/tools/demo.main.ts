/** `make demo`: runs scenarios/demo.yaml as a user would, and holds its judgement against what it was built to show. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Judgement, Verdict } from "../../reports/verdict/judgement.ts";
import { detectCgroup } from "../../runner/substrate/cgroup/detect.ts";
import { sh } from "../support/sh.ts";

/** Every gate by name. The planted regression shows in exactly one of them. */
const expected: Readonly<Record<string, Verdict>> = {
  "typical response time": "regressed",
  "steady errors": "pass",
  throughput: "pass",
  memory: "pass",
  "recovery after the kill": "pass",
  "recovery after the slow link": "pass",
  "recovery after the OOM kill": "pass",
};
const faults = ["one-dies", "slow-db", "out-of-memory"];

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
process.exitCode =
  report === undefined
    ? (exit ?? 1) || 1
    : check(JSON.parse(readFileSync(resolve(root, report.replace(/report\.html$/, "judgement.json")), "utf8")));

function check(judgement: Judgement): number {
  const gates = judgement.gates.filter((it) => !it.advisory);
  const wrong = [
    ...gates
      .filter((it) => (expected[it.condition.name] ?? "pass") !== it.verdict)
      .map((it) => `gate "${it.condition.name}" was ${it.verdict}, not ${expected[it.condition.name] ?? "pass"}`),
    ...Object.keys(expected)
      .filter((name) => !gates.some((it) => it.condition.name === name))
      .map((name) => `gate "${name}" is missing`),
    ...faults.flatMap((name) => faultProblems(judgement, name)),
    ...(judgement.verdict === "regressed" ? [] : [`the run was ${judgement.verdict}, not regressed`]),
    ...(exit === 1 ? [] : [`shakedown ended with ${exit}, not with 1 (a gate regressed)`]),
  ];
  for (const it of wrong) process.stderr.write(`demo: ${it}\n`);
  const noise = judgement.trust.find((it) => it.inconclusive === true);
  if (wrong.length > 0 && noise !== undefined)
    process.stderr.write(`demo: the host was busy (${noise.text}): run it again when nothing else runs\n`);
  if (wrong.length === 0)
    process.stdout.write(
      `\nThe demo showed what it was built to show: a planted regression is caught, ${gates.length - 1} gates pass, every fault landed and was reverted.\n${faults.map((name) => feltWords(judgement, name)).join("")}`,
    );
  return wrong.length === 0 ? 0 : 1;
}

/** `one-dies was felt in 29 of 30 trials.` */
function feltWords({ faults }: Judgement, name: string): string {
  const arms = faults.find((it) => it.name === name)?.arms ?? [];
  const sum = (of: "felt" | "trials") => arms.reduce((total, it) => total + it[of], 0);
  return `${name} was felt in ${sum("felt")} of ${sum("trials")} trials.\n`;
}

function faultProblems(judgement: Judgement, name: string): string[] {
  const fault = judgement.faults.find((it) => it.name === name);
  if (fault === undefined) return [`fault ${name} is missing`];
  const kernel = fault.kind === "memory-pressure" && detectCgroup().memory;
  const proof = kernel && fault.grade !== "A" ? [`fault ${name} has proof of grade ${fault.grade}, not A`] : [];
  return [
    ...proof,
    ...fault.arms.flatMap((it) => [
      ...(it.landed === it.trials ? [] : [`fault ${name} landed in ${it.landed} of ${it.trials} trials of ${it.arm}`]),
      // A busy host can hide a short effect: most of them is enough, and the number is told.
      ...(it.felt * 2 > it.trials
        ? []
        : [`fault ${name} was felt in only ${it.felt} of ${it.trials} trials of ${it.arm}`]),
      ...(it.reverted === it.trials
        ? []
        : [`fault ${name} was reverted in ${it.reverted} of ${it.trials} trials of ${it.arm}`]),
    ]),
  ];
}
