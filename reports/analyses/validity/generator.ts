/** Could the load generator keep up? Its own CPU, loop delay, send-time error, descriptors and local ports, each with a limit. */
import { counted, formatExact, formatValue } from "../../../runner/shared/format.ts";
import type { Evidence, TrialEvidence } from "../../evidence/evidence.ts";
import { ended } from "../../evidence/trials-of.ts";
import type { Check } from "../parts.ts";
import { most, readingsOf, type TrialReadings, worstByWorker } from "./generator-readings.ts";

interface Reading {
  /** Null where it was not told. */
  readonly of: (it: TrialReadings) => number | null;
  readonly limit: number;
  readonly text: (it: TrialReadings) => string;
  readonly runsOut: "time" | "turn" | "descriptors" | "ports";
}

const ms = (value: number | null) => formatValue(value ?? 0, "ms");
const count = (value: number | null) => formatValue(value ?? 0, "count");
const share = (used: number | null, of: number | null) => (used === null || of === null ? null : used / of);

const readings: readonly Reading[] = [
  {
    // As the docs of k6 advise; of most engines one thread sends.
    of: (it) => share(it.cpu, it.cores),
    limit: 0.8,
    text: (it) =>
      `CPU ${formatValue((it.cpu ?? 0) / it.cores, "ratio")} of ${it.cores === 1 ? "a core" : counted(Number(it.cores.toFixed(2)), "core")} (limit ${formatExact(0.8, "ratio")})`,
    runsOut: "time",
  },
  {
    // Above it stamps are late.
    of: (it) => it.loopP99,
    limit: 50,
    text: (it) => `loop delay ${ms(it.loopP99)} at p99 (limit ${formatExact(50, "ms")})`,
    runsOut: "time",
  },
  {
    of: (it) => it.lagP99,
    limit: 50,
    text: (it) =>
      `send-time error ${ms(it.lagP50)} at the median, ${ms(it.lagP99)} at p99 (limit ${formatExact(50, "ms")})`,
    runsOut: "time",
  },
  {
    // Of a program that tells neither of the two above it is all that shows that answers waited for it.
    of: (it) => (it.loopP99 === null ? it.waited : null),
    limit: 0.5,
    text: (it) =>
      `waited for a CPU ${formatValue(it.waited ?? 0, "ratio")} of the time (limit ${formatExact(0.5, "ratio")})`,
    runsOut: "turn",
  },
  {
    // Beyond it a burst finds none left.
    of: (it) => share(it.descriptors, it.descriptorLimit),
    limit: 0.9,
    text: (it) =>
      `${count(it.descriptors)} of ${count(it.descriptorLimit)} descriptors open (limit ${formatExact(0.9, "ratio")})`,
    runsOut: "descriptors",
  },
  {
    of: (it) => share(it.sockets, it.localPorts),
    limit: 0.9,
    text: (it) =>
      `${count(it.sockets)} of ${count(it.localPorts)} local ports in use (limit ${formatExact(0.9, "ratio")})`,
    runsOut: "ports",
  },
];

/** The worst trial decides. One that was cut off may consist of a stall by a neighbour, and is not judged. */
export function generatorCheck(evidence: Evidence, trials: readonly TrialEvidence[]): Check | null {
  const lost = trials.flatMap((it) => it.lostWorkers.map((why) => `trial ${it.index}, ${why}`));
  if (lost.length > 0) return { status: "invalid", title: "Generator", text: `workers were lost: ${lost.join("; ")}` };
  const all = trials.filter(ended).flatMap(readingsOf);
  if (all.length === 0) return null;
  const several = new Set(all.map((it) => it.worker)).size > 1;
  const facts = readings.flatMap((reading) => {
    const [first, ...rest] = all.filter((it) => reading.of(it) !== null);
    if (first === undefined) return [];
    const worst = rest.reduce((a, b) => ((reading.of(b) ?? 0) > (reading.of(a) ?? 0) ? b : a), first);
    const where = `in ${several ? `worker ${worst.worker} of ` : ""}trial ${worst.trial}`;
    return [{ ...reading, where, said: reading.text(worst), over: (reading.of(worst) ?? 0) > reading.limit, worst }];
  });
  const over = facts.filter((it) => it.over);
  const fine = facts.filter((it) => !it.over).map((it) => it.said);
  // A closed model sends when it can: then nothing is late.
  if (trials.some((it) => it.declaration?.stamp === "end")) fine.push("no send-time error: k6 does not tell it");
  else if (all.every((it) => it.lagP99 === null)) fine.push("no send-time error: nothing was due at a time");
  // It has no limit here: what a load allows in flight is the scenario's, and what is over it is dropped and counted.
  fine.push(`at most ${count(most(all.map((it) => it.inFlight)))} in flight`);
  const advice = adviceFor(evidence);
  const text =
    over.length === 0
      ? `${fine.join(", ")}, in the worst trial`
      : [
          `the load generator could not keep up: ${over.map((it) => `${it.said} ${it.where}`).join(", ")}`,
          ...new Set(over.map((it) => advice(it.runsOut, it.worst))),
          ...(fine.length > 0 ? [`within their limits: ${fine.join(", ")}`] : []),
        ].join("; ");
  return {
    status: over.length > 0 ? "invalid" : "ok",
    title: "Generator",
    text,
    ...(several ? { workers: worstByWorker(all) } : {}),
  };
}

/** The text of the check without the numbers that were in order: they stand among the checks. */
export const onlyWhatWasOver = (text: string): string => text.replace(/; within their limits:[\s\S]*$/, "");

/** Late though it used less than half of what it may: the CPU was somebody else's, and another worker would wait as well. */
const hadCpuToSpare = ({ cpu, cores }: TrialReadings): boolean => cpu !== null && cpu / cores < 0.5;

/** Share of the time; beyond it others ran while it was ready to. */
const mostWaited = 0.25;

/** What kept it from its CPU: a kernel that counts says for how long. Null when it had it. */
function keptInWords(it: TrialReadings): string | null {
  if (it.waited !== null && it.waited > mostWaited)
    return `it waited for a CPU ${formatValue(it.waited, "ratio")} of the time`;
  return hadCpuToSpare(it) ? "something kept it from its CPU, most of which it did not use" : null;
}

/** In a trial that it made too late: it had CPU to spare, and did not get its turn. */
export const keptFromCpu = (trial: TrialEvidence): boolean => {
  const late = readingsOf(trial).filter((it) =>
    readings.some(
      ({ runsOut, ...reading }) => (runsOut === "time" || runsOut === "turn") && (reading.of(it) ?? 0) > reading.limit,
    ),
  );
  return late.length > 0 && late.every(hadCpuToSpare);
};

/** It had more to do than it can, and that was its own doing. */
export const saturated = (trial: TrialEvidence): boolean =>
  !keptFromCpu(trial) && readingsOf(trial).some((it) => readings.some(({ of, limit }) => (of(it) ?? 0) > limit));

function adviceFor({ run }: Evidence): (runsOut: Reading["runsOut"], worst: TrialReadings) => string {
  const loads = run.scenario.arms.map((it) => it.load);
  const workers = Math.max(...loads.map((it) => it.workers));
  const { cpus } = run.host;
  const kinds = new Set(loads.map((it) => it.model.kind));
  const less = kinds.has("open")
    ? "lower the rate"
    : kinds.has("script")
      ? "let the script ask for less"
      : "use fewer connections";
  const advice: Record<Reading["runsOut"], string> = {
    time:
      workers < cpus
        ? `add a worker (load.workers: ${workers + 1}), or ${less}`
        : `${less}, or use a machine with more than ${counted(cpus, "core")}: each has a worker`,
    turn: `run it where less else runs, or ${less}`,
    descriptors: `raise the limit of open files (ulimit -n), or ${less}`,
    ports: `widen the range of local ports (net.ipv4.ip_local_port_range), or ${less}`,
  };
  return (runsOut, worst) => {
    const kept = runsOut === "time" ? keptInWords(worst) : null;
    return kept === null ? advice[runsOut] : `${kept}: ${advice.turn}`;
  };
}
