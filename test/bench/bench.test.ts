/** The bench measures what it says: CPU time and memory of whole process trees, quantiles, and aims only of what was measured. */
import { describe, expect, test } from "vitest";
import { realHost } from "../../runner/shared/real-host.ts";
import { accuracy } from "./accuracy.ts";
import { aims } from "./aims.ts";
import type { Bench } from "./bench.ts";
import { commands } from "./commands.ts";
import { type Loss, loss } from "./loss.ts";
import { pinning } from "./machine.ts";
import { quantile } from "./numbers.ts";
import { nativeTool } from "./own-engines.ts";
import { autocannon } from "./peers/autocannon.ts";
import { toolOf } from "./peers/registry.ts";
import { sampling } from "./sampling.ts";
import { residentAt, soakTable } from "./soak.ts";
import { type Stall, theoryMs } from "./stall.ts";
import { type BenchResult, markdown } from "./table.ts";
import { startServer, type Urls } from "./target.ts";
import { pacedName, throughput } from "./throughput.ts";
import { runTimed } from "./timed.ts";

const host = realHost();
const nowhere: Bench = { host, pinning: { generator: [], server: [] }, url: {} as Urls };

test("CPU time is that of the program and of its children", async () => {
  // Asking costs more time in the kernel than it counts: seldom.
  const spin =
    "const until = process.cpuUsage().user + 3e5; while (process.cpuUsage().user < until) for (let i = 0; i < 1e6; i++);";
  const parent = `require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(spin)}]); ${spin}`;
  const { cpuSeconds } = await runTimed(nowhere, [host.node, "-e", parent]);
  expect(cpuSeconds).toBeGreaterThanOrEqual(0.6);
});

test("memory is that of the program and of its children at their peaks", async () => {
  const hold = "Buffer.alloc(100 << 20, 1); setTimeout(() => {}, 3000);";
  const parent = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(hold)}]); ${hold}`;
  const { peakBytes } = await runTimed(nowhere, [host.node, "-e", parent]);
  expect(peakBytes).toBeGreaterThan(200 << 20);
});

test("a quantile is the smallest value that enough others do not exceed", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([0.5, 0.9, 0.99, 0.999, 0].map((q) => quantile(values, q))).toEqual([50, 90, 99, 100, 1]);
});

async function served(): Promise<Disposable & { bench: Bench }> {
  const where = pinning();
  const server = await startServer(host, where, null);
  return { bench: { host, pinning: where, url: server.url }, [Symbol.dispose]: () => server[Symbol.dispose]() };
}

test("the server's durations are those of the requests that the tool sent", async () => {
  using server = await served();
  const [row] = await accuracy(server.bench, [nativeTool], 1, 3, () => undefined);
  expect(row?.requests).toBeGreaterThan(800);
  expect(row?.at.p50?.serverMs).toBeGreaterThan(3);
  expect(row?.at.p50?.errorMs).toBeGreaterThan(0);
});

test("what the server lost is what the tool tells as failed", async () => {
  using server = await served();
  const [row] = await loss(server.bench, [nativeTool], 1, 3, () => undefined);
  expect(row?.lost).toBeGreaterThan(4);
  expect(row?.told).toBe(row?.lost);
});

test("throughput is compared within rounds, in the open model too; a peer is one of the tools", async () => {
  using server = await served();
  const tools = [nativeTool, toolOf(autocannon)];
  const rows = await throughput(server.bench, tools, 2, 1, () => undefined);
  expect(rows.map((it) => it.tool)).toEqual(["native", "autocannon", pacedName]);
  expect(rows.every((it) => it.perCpuSecond > 100 && (it.peakBytes ?? 0) > 20e6)).toBe(true);
  expect(rows.map((it) => [it.native !== null, it.paced !== null])).toEqual([
    [false, false],
    [true, true],
    [false, false],
  ]);
});

test("under a stall of 2 s in 8 s, one of a hundred waits for almost all of it, and half for nothing", () => {
  expect(theoryMs("p50")).toBe(0);
  expect(theoryMs("p90")).toBeCloseTo(1200, 6);
  expect(theoryMs("p99")).toBeCloseTo(1920, 6);
});

test("memory is compared between the ends of two minutes, by medians, and never made up", () => {
  const second = (t: number, rss: number) => ({ t: t * 1000, rss });
  const minutes = Array.from({ length: 180 }, (_, i) => second(i + 1, 100e6 + (i < 60 ? 0 : 12e6) + (i % 7) * 1e3));
  expect(residentAt(minutes, 60_000)).toBeCloseTo(100e6, -4);
  expect(residentAt(minutes, 180_000)).toBeCloseTo(112e6, -4);
  expect(() => residentAt(minutes, 240_000)).toThrow("said nothing");
  const row = { load: "HTTP/1.1", minutes: 3, requests: 9, failed: 0, firstBytes: 100e6 };
  expect(soakTable([{ ...row, lastBytes: 112e6 }])).toContain("**missed**: HTTP/1.1 grows by less than 10.0 MB");
  expect(soakTable([{ ...row, lastBytes: 109e6 }])).toContain("- met: HTTP/1.1");
});

test("commands over much data are run to their end", async () => {
  const found = await commands(host, { series: 2, nights: 60, sessions: 20 }, () => undefined);
  expect(found.map((it) => it.command)).toEqual(["history", "judge --batch"]);
  expect(found.every((it) => it.seconds > 0)).toBe(true);
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
    at: { p50: { serverMs: 5, errorMs, rangeMs: 0.2 }, p99: { serverMs: 150, errorMs: 1.5, rangeMs: 0.2 } },
  });
  const ratio = (estimate: number) => ({ estimate, lower: estimate - 0.1, upper: estimate + 0.1 });
  const result: BenchResult = {
    at: "2026-01-02T03:04:05.000Z",
    machine: "a machine",
    server: "Go",
    versions: ["wrk 4"],
    missing: ["k6"],
    rounds: 5,
    throughput: [
      { tool: "native", perCpuSecond: 50_000, peakBytes: 90e6, native: null, paced: null },
      { tool: pacedName, perCpuSecond: 45_000, peakBytes: 95e6, native: null, paced: null },
      { tool: "wrk", perCpuSecond: 80_000, peakBytes: null, native: ratio(0.6), paced: ratio(0.57) },
      { tool: "autocannon", perCpuSecond: 60_000, peakBytes: 80e6, native: ratio(0.9), paced: ratio(0.8) },
    ],
    stall: [
      { tool: "native", atRate: true, requests: 1600, failed: 0, toldMs: { p50: 0.4, p90: 1201, p99: 1922 } },
      {
        tool: "k6, as our engine",
        atRate: true,
        requests: 1600,
        failed: 0,
        toldMs: { p50: 0.5, p90: 1250, p99: 2000 },
      },
      { tool: "wrk", atRate: false, requests: 90_000, failed: 0, toldMs: { p50: 0.1, p90: 0.2, p99: 0.9 } },
    ],
    loss: [
      {
        tool: "native",
        atRate: true,
        requests: 2940,
        lost: 60,
        told: 60,
        at: { p99: { serverMs: 16, errorMs: 0.4, rangeMs: 0 } },
      },
      { tool: "hey", atRate: true, requests: 3000, lost: 60, told: 0, at: {} },
    ],
    accuracy: [
      ...[row("native", 0.3, true), row("wrk", 0.1, false), row("hey", -0.4, true)],
      // None of them is a peer over HTTP/1.1.
      ...["native, HTTP/2", "k6, as our engine", "k6, as our engine, exact", "vegeta, HTTP/2"].map((tool) =>
        row(tool, 0, true),
      ),
    ],
    sampling: { instances: 10, on: 0.015, off: 0.001, cgroups: true },
    commands: [{ command: "history", of: "much", seconds: 4, mostSeconds: 10 }],
    sendTime: { native: { p50: 0.5, p99: 1.4, cpu: 0.2 }, bare: { p50: 0.5, p99: 1.2, cpu: 0.1 } },
  };
  test("names machine, tools and what was missing, and gives each ratio with its interval", () => {
    const text = markdown(result);
    expect(text).toContain("a machine; server: Go. wrk 4.");
    expect(text).toContain("Not installed here, so not compared: k6.");
    expect(text).toContain("| wrk | 80.0 k |  | 0.60x (0.50 to 0.70) | 0.57x (0.47 to 0.67) |");
    expect(text).toContain(`| ${pacedName} | 45.0 k | 90.6 MiB |  |  |`);
    expect(text).toContain(
      "| wrk (closed loop) | 1000 | +0.10 ms (+2.0 %) | not told | +1.50 ms (+1.0 %) | not told |",
    );
  });
  test("says who is right by how much in one row each", () => {
    const text = markdown(result);
    expect(text).toContain(
      "| native | 50.0 k | 85.8 MiB | +0.30 ms (+6.0 %) | +1.50 ms (+1.0 %) | +2.00 ms | 60 of 60 | +0.40 ms (+2.5 %) |",
    );
    expect(text).toContain("| wrk | 80.0 k |  | +0.10 ms (+2.0 %) | +1.50 ms (+1.0 %) | −1.92 s |  |  |");
    expect(text).toContain("| hey |  |  | −0.40 ms (−8.0 %) | +1.50 ms (+1.0 %) |  | 0 of 60 | not told |");
  });
  test("judges only what was measured: no k6, no ratio to it; peers without a rate set a bar of their own", () => {
    const all = aims(result);
    expect(all.filter((it) => !it.met).map((it) => it.text)).toEqual([
      "open model at least 1 times autocannon (0.80)",
      "service p50 +0.30 ms (its rounds range over 0.20 ms): no further off than the best peer of all, closed loops too (wrk, closed loop: 0.10 ms)",
    ]);
    expect(all.map((it) => it.text)).toContain("open model at least 0.55 times wrk (0.57)");
    expect(all.map((it) => it.text)).toContain("k6 with enough users agrees with native on it within a bucket (4.1 %)");
    expect(all.some((it) => it.text.includes("times k6"))).toBe(false);
    const worse = aims({ ...result, throughput: [], accuracy: [row("native", 0.5, true), row("hey", 0.4, true)] });
    expect(worse.filter((it) => !it.met).map((it) => it.text)).toEqual([
      "service p50 +0.50 ms (its rounds range over 0.20 ms): no further off than the best peer at this rate (hey: 0.40 ms)",
    ]);
  });
  test("misses its aims when losses go untold or a stall is hidden", () => {
    const [native, ...others] = result.stall;
    const hidden = aims({
      ...result,
      stall: [{ ...(native as Stall), toldMs: { p99: 3 } }, ...others],
      loss: [{ ...(result.loss[0] as Loss), told: 59 }],
    });
    const missed = hidden.filter((it) => !it.met).map((it) => it.text);
    expect(missed).toContain("p99 under a stall within 2 % of the truth (99.8 %)");
    expect(missed).toContain("every lost request told (59 of 60)");
  });
  test("tells what the samplers cost, and that they cost too much", () => {
    expect(markdown(result)).toContain("| on | 1.50 % |\n| off | 0.10 % |");
    const dear = aims({ ...result, sampling: { ...result.sampling, on: 0.025 } });
    expect(dear.filter((it) => !it.met).map((it) => it.text)).toContain(
      "samplers below 2 % of a core for 10 instances (2.40 %)",
    );
  });
});
