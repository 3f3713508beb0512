/** What the samplers would have written in a fake trial, at 10 Hz. */
import type { Scenario } from "../../runner/record/scenario.ts";
import type { TrialWriter } from "../../runner/record/trial-writer.ts";
import type { FakeTrial, Placed } from "./fake-trial.ts";

interface Deaths {
  readonly spec: { readonly kind: string; readonly target: string };
  readonly at: number;
  readonly until: number;
}
interface Sampled extends FakeTrial {
  readonly scenario: Scenario;
  readonly placed: readonly Placed[];
  /** Instance 1 of the fault's target is gone from `at` until `until`. */
  readonly dead: readonly Deaths[];
  readonly ok: number;
}

const everyMs = 100;

export const pidOf = (trial: number, target: string, i: number, again = 0): number =>
  10_000 + trial * 100 + (target === "shop" ? 10 : 0) + i * 3 + again;

export function fakeSeries(writer: TrialWriter, given: Sampled): void {
  const start = given.placed[0]?.start ?? 0;
  const end = given.placed.at(-1)?.end ?? start;
  const put = (
    metric: string,
    labels: Readonly<Record<string, string>>,
    from: number,
    to: number,
    x: (ms: number) => number,
  ) => {
    const t: number[] = [];
    for (let now = Math.ceil(from / everyMs) * everyMs; now <= to; now += everyMs) t.push(now);
    for (let i = 0; i < t.length; i += 50) {
      const batch = t.slice(i, i + 50);
      writer.series({ v: 1, metric, labels, t: batch, x: batch.map((it) => Math.round(x(it - from) * 1000) / 1000) });
    }
  };
  for (const target of given.scenario.arms[0]?.targets ?? []) {
    const instances = target.kind === "process" ? target.instances : 0;
    const deaths = given.dead.filter((it) => it.spec.target === target.name);
    putScaling(writer, target.name, instances, deaths, start);
    for (let i = 0; i < instances; i++) {
      const lives = livesOf(start - 200, end + 100, i === 1 ? deaths : []);
      for (const [again, { from, to }] of lives.entries()) {
        const pid = String(pidOf(given.trial, target.name, i, again));
        const labels = { target: target.name, instance: `${target.name}-${i}`, pid };
        const cpuPerMs = (0.0001 + (given.ok * 2) / 3 / (end - start)) * given.truth.cpu;
        const rss = (ms: number) => (60 + 10 * Math.min(1, ms / 2000)) * 2 ** 20 * given.truth.memory;
        put("cpu.time", labels, from, to, (ms) => 50 + ms * cpuPerMs);
        put("rss", labels, from, to, rss);
        put("rss.peak", labels, from, to, (ms) => rss(ms) * 1.02);
        put("runqueue.wait", labels, from, to, (ms) => ms / 1000);
        put("threads", labels, from, to, () => 11);
        put("faults.major", labels, from, to, (ms) => Math.floor(ms / 1000));
        put("faults.minor", labels, from, to, (ms) => Math.floor(ms / 10));
        put("heap.used", labels, from, to, () => 20 * 2 ** 20 * given.truth.memory);
        put("cgroup.memory", labels, from, to, rss);
        put("cgroup.memory.limit", labels, from, to, () => 160 * 2 ** 20);
        put("cgroup.periods", labels, from, to, (ms) => Math.floor(ms / 100));
        put("cgroup.throttled", labels, from, to, (ms) => Math.floor(ms / 2000));
        putPauses(writer, labels, from, to, 2 * given.truth.gc);
      }
      if (target.name === "shop") {
        const oom = deaths.find((it) => it.spec.kind === "memory-pressure" && i === 1);
        const labels = { target: target.name, instance: `${target.name}-${i}` };
        put("cgroup.oom-kills", labels, start - 200, end, (ms) => (oom && start - 200 + ms > oom.at ? 1 : 0));
      }
    }
  }
  for (const kind of ["cpu", "memory", "io"]) put(`host.psi.${kind}`, {}, start, end, (ms) => ms * 20);
  put("host.steal", {}, start, end, () => 0);
  put("host.load", {}, start, end, (ms) => 0.5 + ms / 100_000);
  put("harness.cpu", {}, start, end, () => 0.05);
  put("harness.loop.p99", {}, start, end, () => 2);
}

function livesOf(from: number, to: number, deaths: readonly Deaths[]): { from: number; to: number }[] {
  const lives: { from: number; to: number }[] = [];
  let begin = from;
  for (const death of deaths) {
    lives.push({ from: begin, to: death.at });
    begin = death.at + 500;
  }
  return [...lives, { from: begin, to }];
}

function putScaling(
  writer: TrialWriter,
  target: string,
  count: number,
  deaths: readonly Deaths[],
  start: number,
): void {
  const labels = { target };
  const changes = deaths.flatMap((it) => [
    { t: it.at, x: count - 1 },
    { t: it.until, x: count },
  ]);
  writer.series({ v: 1, metric: "instances.desired", labels, t: [start - 500], x: [count] });
  const t = [start - 500, ...changes.map((it) => it.t)];
  writer.series({ v: 1, metric: "instances.ready", labels, t, x: [count, ...changes.map((it) => it.x)] });
}

/** A minor collection every 100 ms that stops for `ms`, and a weak-callback entry nested inside every tenth. */
function putPauses(
  writer: TrialWriter,
  labels: Readonly<Record<string, string>>,
  from: number,
  to: number,
  ms: number,
): void {
  const t: number[] = [];
  for (let now = from + 30; now < to; now += 100) t.push(now);
  writer.series({ v: 1, metric: "gc.pause", labels: { ...labels, kind: "minor" }, t, x: t.map(() => ms) });
  const nested = t.filter((_, i) => i % 10 === 0);
  const weak = { ...labels, kind: "weak-callbacks" };
  writer.series({ v: 1, metric: "gc.pause", labels: weak, t: nested, x: nested.map(() => ms / 2) });
}
