/** What the demo was built to show, and what to tell when it did not. */
import type { Finding, Judgement, Verdict } from "../../reports/verdict/judgement.ts";

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

export interface Demonstrated {
  readonly judgement: Judgement;
  /** Of shakedown. */
  readonly exit: number | null;
  readonly report: string;
  /** Memory limits are the kernel's here, which then is the proof of an OOM kill. */
  readonly kernelKills: boolean;
}

/** Four lines when something is not as expected, else none: what was expected, what came, why, what to do next. */
export function complaints({ judgement, exit, report, kernelKills }: Demonstrated): string[] {
  const came = [
    ...(judgement.verdict === "regressed" ? [] : [`the run was ${judgement.verdict}, not regressed`]),
    ...(judgement.verdict !== "regressed" || exit === 1 ? [] : [`shakedown ended with ${exit}, not with 1`]),
    ...gateComplaints(judgement),
    ...faults.flatMap((name) => faultComplaints(judgement, name, kernelKills)),
  ];
  if (came.length === 0) return [];
  const others = Object.keys(expected).length - 1;
  const passes = Object.keys(expected).find((name) => expected[name] !== "pass");
  const noise = judgement.trust.find((it) => it.status === "invalid" || it.inconclusive === true);
  const next = noise === undefined ? "" : "make demo again while nothing else runs on this machine; ";
  return [
    `expected: gate "${passes}" regressed, ${others} gates pass, ${faults.length} faults land, are felt and reverted`,
    `came: ${came.join("; ")}`,
    `why: ${noise === undefined ? judgement.headline : `${noise.title.toLowerCase()}: ${noise.text}`}`,
    `next: ${next}see ${report}`,
  ];
}

/** Gates that fared alike are told together. */
function gateComplaints({ gates }: Judgement): string[] {
  const decide = gates.filter((it) => !it.advisory);
  const wish = (it: Finding): Verdict => expected[it.condition.name] ?? "pass";
  const wrong = Map.groupBy(
    decide.filter((it) => it.verdict !== wish(it)),
    (it) => `${it.verdict}, not ${wish(it)}`,
  );
  const missing = Object.keys(expected).filter((name) => !decide.some((it) => it.condition.name === name));
  const listed = (names: readonly string[], verb: readonly [one: string, several: string]) =>
    `${names.length === 1 ? "gate" : "gates"} ${names.map((it) => `"${it}"`).join(", ")} ${verb[names.length === 1 ? 0 : 1]}`;
  return [
    ...[...wrong].map(
      ([how, all]) =>
        `${listed(
          all.map((it) => it.condition.name),
          ["was", "were"],
        )} ${how}`,
    ),
    ...(missing.length === 0 ? [] : [`${listed(missing, ["is", "are"])} missing`]),
  ];
}

function faultComplaints({ faults }: Judgement, name: string, kernelKills: boolean): string[] {
  const fault = faults.find((it) => it.name === name);
  if (fault === undefined) return [`fault ${name} is missing`];
  const graded = fault.kind === "memory-pressure" && kernelKills && fault.grade !== "A";
  const wrong = fault.arms.flatMap((it) => [
    ...(it.landed === it.trials ? [] : [`landed in ${it.landed} of ${it.trials} trials of ${it.arm}`]),
    // A busy host can hide a short effect: most of them is enough, and the number is told.
    ...(it.felt * 2 > it.trials ? [] : [`was felt in only ${it.felt} of ${it.trials} trials of ${it.arm}`]),
    ...(it.reverted === it.trials ? [] : [`was reverted in ${it.reverted} of ${it.trials} trials of ${it.arm}`]),
  ]);
  const all = [...(graded ? [`has proof of grade ${fault.grade}, not A`] : []), ...wrong];
  return all.length === 0 ? [] : [`fault ${name} ${all.join(", ")}`];
}

/** What it showed when there is nothing to complain of. */
export function shown({ gates, faults: reports }: Judgement): string {
  const passing = gates.filter((it) => !it.advisory).length - 1;
  const felt = faults.map((name) => {
    const arms = reports.find((it) => it.name === name)?.arms ?? [];
    const sum = (of: "felt" | "trials") => arms.reduce((total, it) => total + it[of], 0);
    return `${name} was felt in ${sum("felt")} of ${sum("trials")} trials.\n`;
  });
  return `The demo showed what it was built to show: a planted regression is caught, ${passing} gates pass, every fault landed and was reverted.\n${felt.join("")}`;
}
