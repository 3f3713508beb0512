/** The plan of a run in words: what is started, loaded, broken and undone; and its hash, to agree to exactly this. */
import { hash } from "node:crypto";
import { relative } from "node:path";
import { createInterface } from "node:readline/promises";
import { faultNamed } from "../../faults/registry.ts";
import { boundInWords } from "../../orchestrate/abort.ts";
import { timetable } from "../../orchestrate/schedule.ts";
import type { Arm, LoadSpec, Scenario, TargetSpec } from "../../record/scenario.ts";
import { redactorOf } from "../../record/writer.ts";
import { UserError, unreachable } from "../../shared/errors.ts";
import { counted, formatValue } from "../../shared/format.ts";
import type { Host } from "../../shared/host.ts";
import { isLoopback } from "../../shared/loopback.ts";
import { type Cli, commandName } from "../context.ts";
import { searching } from "./plan-search.ts";

interface Plan {
  readonly text: string;
  readonly hash: string;
}

/** Secrets are redacted, as in a record. */
export function planOf(host: Pick<Host, "env">, declared: Scenario): Plan {
  const scenario = redactorOf(host, { scenario: declared }).json(declared);
  const times = timetable(scenario.phases, scenario.faults);
  const first = scenario.arms[0];
  const lines = [
    ...(scenario.search === undefined ? repeated(scenario, times.lengthMs) : searching(scenario, scenario.search)),
    "",
    ...scenario.arms.flatMap((arm) => armLines(arm, arm === first ? null : (first ?? null))),
    "phases",
    ...times.phases.map(
      ({ phase, start, end }) =>
        `  ${span(start, end)}  ${phase.name}${phase.warmup ? " (warm-up)" : ""}${phaseLoad(phase.load)}`,
    ),
    "",
    ...(times.faults.length === 0 ? ["no faults"] : ["faults"]),
    ...times.faults.flatMap(({ fault, start, end }) => {
      const kind = faultNamed(fault.kind);
      const desired = scenario.arms[0]?.targets.find((it) => it.name === fault.target);
      const instances = desired?.kind === "process" ? desired.instances : 1;
      if (kind === undefined) return [];
      const reach =
        kind.hits === "link" ? "the link to it" : `${kind.reach(fault.options, instances)} of ${instances} instances`;
      return [
        `  ${span(start, end)}  ${fault.name}: ${kind.kind} on ${fault.target}, ${reach}`,
        `           ${kind.help}`,
      ];
    }),
    "",
    ...scenario.before.map((it) => `before each trial: ${it.command.join(" ")}`),
    ...scenario.after.map((it) => `after each trial: ${it.command.join(" ")}`),
    ...scenario.abort.map(
      (it) => `a trial is aborted when ${boundInWords(it, "is")} for ${formatValue(it.forMs, "ms")}`,
    ),
    ...(times.faults.length === 0
      ? []
      : [
          `at most ${Math.round(scenario.safety.maxTargets * 100)} % of a target's instances are hit at one time`,
          "undo: every fault is leased before it is applied, reverted at its end, and by a watchdog when shakedown is killed",
        ]),
  ];
  const text = `${lines.join("\n")}\n`;
  const measured = scenario.arms.map((it) => it.hash).join();
  return { text, hash: hash("sha256", text + measured).slice(0, 12) };
}

const repeated = ({ name, trials, arms }: Scenario, lengthMs: number): string[] => [
  `${name}: ${howMany(trials)} of each arm (${arms.map((it) => it.name).join(", ")}), seed ${trials.seed}`,
  `  ${trials.looks === undefined ? "" : "at most "}about ${formatValue((lengthMs + 2_000) * trials.count * arms.length, "ms")} in all, ${formatValue(lengthMs, "ms")} of load a trial`,
];

/** `6 trials`; with looks `3, 5 or 8 trials`, as soon as one of them decides. */
const howMany = ({ count, looks = [] }: Scenario["trials"]): string =>
  looks.length < 2 ? counted(count, "trial") : `${looks.slice(0, -1).join(", ")} or ${looks.at(-1)} trials`;

function armLines(arm: Arm, like: Arm | null): string[] {
  const same =
    like !== null &&
    JSON.stringify(like.targets) === JSON.stringify(arm.targets) &&
    JSON.stringify(like.load) === JSON.stringify(arm.load);
  if (same) return [`arm ${arm.name}: the same as ${like.name}`, ""];
  return [
    `arm ${arm.name}`,
    ...arm.targets.flatMap(targetLines),
    `  load on ${arm.load.target}: ${loadText(arm.load)}`,
    "",
  ];
}

function targetLines(target: TargetSpec): string[] {
  switch (target.kind) {
    case "http":
      return [
        `  ${target.name}: ${target.url} (somebody else's: nothing is started, the only faults are on our own router)`,
      ];
    case "process": {
      const limits = [
        target.limits.memory === null ? null : `memory ${formatValue(target.limits.memory, "bytes")}`,
        target.limits.cpu === null ? null : `${target.limits.cpu} cores`,
      ].filter((it) => it !== null);
      return [
        `  ${target.name}: ${target.instances} x ${target.command.join(" ")}${limits.length > 0 ? `, each at most ${limits.join(", ")}` : ""}`,
        ...(target.build === null ? [] : [`      built by ${target.build.join(" ")}`]),
        ...Object.entries(target.env).map(([name, value]) => `      ${name}=${value}`),
      ];
    }
  }
}

const loadText = (load: LoadSpec): string =>
  `${load.engine}, ${modelText(load.model)}, ${load.workers} worker${load.workers === 1 ? "" : "s"}${transportText(load)}: ` +
  `${load.script === undefined ? sentText(load) : load.script.file}`;

/** Single requests, then flows with their steps. */
const sentText = ({ requests, flows = [] }: LoadSpec): string =>
  [
    ...requests.filter((it) => it.weight > 0).map((it) => `${it.method} ${it.path}`),
    ...flows.map(
      ({ name, steps }) => `${name} (${steps.flatMap((it) => ("request" in it ? it.request : [])).join(", ")})`,
    ),
  ].join(", ");

function transportText({ tls, http2 }: LoadSpec): string {
  const trusted = tls?.insecure ? "any certificate" : `${tls?.serverName} by ${tls?.ca ?? "the system's authorities"}`;
  return [
    http2 === undefined ? "" : `, HTTP/2${http2.connections === null ? "" : ` on ${http2.connections} connections`}`,
    tls === undefined ? "" : `, TLS trusting ${trusted}`,
    tls?.client === undefined ? "" : `, as ${tls.client.cert}`,
  ].join("");
}

function modelText(model: LoadSpec["model"]): string {
  switch (model.kind) {
    case "open":
      return `${model.rate}/s (${model.spacing})`;
    case "closed":
      return `${model.connections} connections`;
    case "script":
      return "as its script says";
    default:
      return unreachable(model);
  }
}

function phaseLoad(load: Scenario["phases"][number]["load"]): string {
  if (load === null) return "";
  if (load.kind === "closed") return `, ${load.connections} connections`;
  return load.from === load.to ? `, ${load.from}/s` : `, ${load.from}/s to ${load.to}/s`;
}

const span = (start: number, end: number): string =>
  `${(start / 1000).toFixed(1).padStart(6)} - ${(end / 1000).toFixed(1)} s`;

/**
 * Targets that shakedown does not start need somebody's agreement: on a terminal by answering, else by --yes or --plan HASH.
 * Throws UserError (exit 2) without it.
 */
export async function confirmPlan(
  cli: Cli,
  scenario: Scenario,
  flags: { readonly yes?: boolean; readonly plan?: string },
): Promise<void> {
  const foreign = scenario.arms
    .flatMap((it) => it.targets)
    .filter((it) => it.kind === "http" && !isLoopback(new URL(it.url).hostname));
  const plan = planOf(cli.host, scenario);
  if (flags.plan !== undefined && flags.plan !== plan.hash) {
    throw new UserError(
      `the plan's hash is ${plan.hash}, not ${flags.plan}: something changed since it was agreed to`,
      {
        hint: `look at it again with: ${commandName(cli.host)} plan ${relative(cli.host.cwd, scenario.file)}, and the --set, --trials, --seed, --only and --baseline-ref of this run`,
      },
    );
  }
  if (foreign.length === 0 || flags.yes === true || flags.plan !== undefined) return;
  cli.host.stderr.write(plan.text);
  const refusal = new UserError(
    `${foreign.map((it) => it.name).join(", ")}: not started by shakedown, so the plan needs your agreement`,
    {
      hint: `add --yes, or --plan ${plan.hash} to agree to exactly this plan`,
    },
  );
  if (!cli.host.stderr.isTTY || !process.stdin.isTTY) throw refusal;
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask.question("Run this? [y/N] ");
  ask.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw refusal;
}
