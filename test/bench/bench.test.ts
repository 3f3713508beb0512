/** The bench measures what it says: CPU time of whole process trees, quantiles, and aims only of what was measured. */
import { describe, expect, test } from "vitest";
import { realHost } from "../../runner/shared/real-host.ts";
import { accuracy } from "./accuracy.ts";
import type { Bench } from "./bench.ts";
import { pinning } from "./machine.ts";
import { nativeTool } from "./native-tool.ts";
import { quantile } from "./numbers.ts";
import { sampling } from "./sampling.ts";
import { aims, type BenchResult, markdown } from "./table.ts";
import { startServer } from "./target.ts";
import { runTimed } from "./timed.ts";

const host = realHost();

test("CPU time is that of the program and of its children", async () => {
  // Asking costs more time in the kernel than it counts: seldom.
  const spin =
    "const until = process.cpuUsage().user + 3e5; while (process.cpuUsage().user < until) for (let i = 0; i < 1e6; i++);";
  const parent = `require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(spin)}]); ${spin}`;
  const bench = { host, pinning: { generator: [], server: [] }, url: { port: 0, fast: "", delay: "" } };
  const { cpuSeconds } = await runTimed(bench, [host.node, "-e", parent]);
  expect(cpuSeconds).toBeGreaterThanOrEqual(0.6);
});

test("a quantile is the smallest value that enough others do not exceed", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([0.5, 0.9, 0.99, 0.999, 0].map((q) => quantile(values, q))).toEqual([50, 90, 99, 100, 1]);
});

test("the server's durations are those of the requests that the tool sent", async () => {
  const where = pinning();
  using server = await startServer(host, where, null);
  const root = `http://127.0.0.1:${server.port}`;
  const bench: Bench = { host, pinning: where, url: { port: server.port, fast: `${root}/`, delay: `${root}/delay` } };
  const [row] = await accuracy(bench, [nativeTool], 1, 1, () => undefined);
  expect(row?.requests).toBeGreaterThan(800);
  expect(row?.at.p50?.serverMs).toBeGreaterThan(3);
  expect(row?.at.p50?.errorMs).toBeGreaterThan(0);
});

test("what samplers cost is taken while they read every instance", async () => {
  const { on, instances } = await sampling(host, 2, 1, 1, () => undefined);
  expect(instances).toBe(2);
  expect(on).toBeGreaterThan(0);
});

describe("the table", () => {
  const row = (tool: string, errorMs: number, atRate: boolean) => ({
    tool,
    atRate,
    requests: 1000,
    at: { p50: { serverMs: 5, errorMs }, p99: { serverMs: 150, errorMs: 1.5 } },
  });
  const result: BenchResult = {
    at: "2026-01-02T03:04:05.000Z",
    machine: "a machine",
    server: "Go",
    versions: ["wrk 4"],
    missing: ["k6"],
    rounds: 5,
    throughput: [
      { tool: "native", perCpuSecond: 50_000, ratio: null },
      { tool: "wrk", perCpuSecond: 80_000, ratio: { estimate: 0.6, lower: 0.5, upper: 0.7 } },
    ],
    accuracy: [row("native", 0.3, true), row("wrk", 0.1, false), row("hey", -0.4, true)],
    sampling: { instances: 10, on: 0.015, off: 0.001, cgroups: true },
    sendTime: { native: { p50: 0.5, p99: 1.4, cpu: 0.2 }, bare: { p50: 0.5, p99: 1.2, cpu: 0.1 } },
  };
  test("names machine, tools and what was missing, and gives each ratio with its interval", () => {
    const text = markdown(result);
    expect(text).toContain("a machine; server: Go. wrk 4.");
    expect(text).toContain("Not installed here, so not compared: k6.");
    expect(text).toContain("| wrk | 80.0 k | 0.60x (0.50 to 0.70) |");
    expect(text).toContain(
      "| wrk (closed loop) | 1000 | +0.10 ms (+2.0 %) | not told | +1.50 ms (+1.0 %) | not told |",
    );
  });
  test("judges only what was measured: no k6, no ratio to it; peers without a rate set a bar of their own", () => {
    const all = aims(result);
    expect(all.filter((it) => !it.met).map((it) => it.text)).toEqual([
      "service p50 +0.30 ms: no further off than the best peer of all, closed loops too (wrk, closed loop: 0.10 ms)",
    ]);
    expect(all.some((it) => it.text.includes("k6"))).toBe(false);
    const worse = aims({ ...result, accuracy: [row("native", 0.5, true), row("hey", 0.4, true)] });
    expect(worse.filter((it) => !it.met).map((it) => it.text)).toEqual([
      "service p50 +0.50 ms: no further off than the best peer at this rate (hey: 0.40 ms)",
    ]);
  });
  test("tells what the samplers cost, and that they cost too much", () => {
    expect(markdown(result)).toContain("| on | 1.50 % |\n| off | 0.10 % |");
    const dear = aims({ ...result, sampling: { ...result.sampling, on: 0.025 } });
    expect(dear.filter((it) => !it.met).map((it) => it.text)).toContain(
      "samplers below 2 % of a core for 10 instances (2.40 %)",
    );
  });
});
