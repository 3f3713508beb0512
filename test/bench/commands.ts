/** How long commands take over much data, start to end: `history` of years and many metrics, `judge --batch` of a thousand sessions. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { SessionLine } from "../../reports/history/lines.ts";
import { setupOf } from "../../reports/history/session.ts";
import { historyPlace } from "../../runner/cli/history-place.ts";
import { loadScenario } from "../../runner/scenario/load.ts";
import type { Host } from "../../runner/shared/host.ts";
import { toLine } from "../../runner/shared/lines.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { seeded } from "../../runner/shared/random.ts";
import { gauss } from "../support/fake-trial.ts";
import { fakeNights, toText } from "../support/nights.ts";
import { sh } from "../support/sh.ts";
import type { Say } from "./bench.ts";

export interface CommandTime {
  readonly command: string;
  readonly of: string;
  readonly seconds: number;
  readonly mostSeconds: number;
}

interface CommandSizes {
  readonly series: number;
  readonly nights: number;
  readonly sessions: number;
}

export const asked: CommandSizes = { series: 100, nights: 500, sessions: 1000 };
const METRICS = 10;
const PAIRS = 10;

export async function commands(host: Host, sizes: CommandSizes, say: Say): Promise<CommandTime[]> {
  const dir = mkdtempSync(join(tmpdir(), "shakedown-bench-commands-"));
  try {
    say("commands over much data");
    writeNights(host, dir, sizes);
    writeFileSync(join(dir, "sessions.ndjson"), sessionsOf(sizes.sessions));
    return [
      {
        command: "history",
        of: `${sizes.series} series of ${sizes.nights} nights, three changes each`,
        seconds: await secondsOf(host, dir, ["history", "shop.yaml"]),
        mostSeconds: 10,
      },
      {
        command: "judge --batch",
        of: `${sizes.sessions} sessions of ${METRICS} metrics, ${PAIRS} pairs each`,
        seconds: await secondsOf(host, dir, ["judge", "--batch", "sessions.ndjson"]),
        mostSeconds: 5,
      },
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** @throws Error unless it ends with a verdict, whichever it is */
async function secondsOf(host: Host, cwd: string, argv: readonly string[]): Promise<number> {
  const program = packageFile("runner", "cli", "shakedown.mjs");
  const run = sh({ cwd, env: { ...host.env, XDG_STATE_HOME: join(cwd, "state") }, timeout: "300s", nothrow: true });
  const began = host.clock.now();
  const it = await run`${[host.node, program, ...argv]}`;
  const seconds = (host.clock.now() - began) / 1000;
  if (![0, 1, 3].includes(it.exitCode ?? -1))
    throw new Error(`${argv.join(" ")}: exit ${it.exitCode}\n${it.stderr.slice(-2000)}`);
  return seconds;
}

const scenario = `apiVersion: shakedown/v1
name: shop
targets: { shop: { kind: process, command: [node, shop.mjs], ready: { path: / } } }
load: { target: shop, rate: 60/s, requests: [{ name: checkout, get: / }] }
phases: [{ name: steady, for: 1s }]
arms: { baseline: {}, candidate: { targets: { shop: { env: { CACHE: "off" } } } } }
gates: [{ metric: latency.p99, margin: 10% }]
`;

function writeNights(host: Host, dir: string, { series, nights }: CommandSizes): void {
  const file = join(dir, "shop.yaml");
  writeFileSync(file, scenario);
  writeFileSync(join(dir, "shop.mjs"), "");
  const loaded = loadScenario(file, { set: [], env: {}, node: host.node });
  if (!loaded.ok) throw new Error("the scenario of this bench is wrong");
  const arms = loaded.scenario.arms.map((it) => ({ name: it.name, hash: it.hash, setup: setupOf(it) }));
  const levels = [0, 1, 2, 0] as const;
  const value = (night: number): number => Math.exp(0.01 * (levels[Math.floor((4 * night) / nights)] as number));
  const metrics = Array.from({ length: series }, (_, i) => ({ key: `latency.p99 phase=p${i}`, value, level: 40 }));
  const lines = fakeNights({ nights, metrics, line: (): Partial<SessionLine> => ({ arms }) });
  const { history } = historyPlace({ cwd: dir }, { file });
  mkdirSync(dirname(history), { recursive: true });
  writeFileSync(history, toText(lines));
}

/** Half of them a little worse. */
function sessionsOf(count: number): string {
  const random = seeded(1, "sessions of a bench");
  const value = (factor: number): number => Number((100 * factor * Math.exp(0.03 * gauss(random))).toPrecision(8));
  const metric = (i: number, factor: number) => ({
    ...{ name: `m${i}`, unit: "ms", better: "lower", kind: "latency", margin: "5%" },
    pairs: Array.from({ length: PAIRS }, () => [value(1), value(factor)]),
  });
  return Array.from({ length: count }, (_, session) =>
    toLine({ metrics: Array.from({ length: METRICS }, (_, i) => metric(i, session % 2 === 0 ? 1 : 1.04)) }),
  ).join("");
}
