/** Go benchmark text, as `go test -bench -count N` prints it: two files, compared as independent samples. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { mannWhitney } from "../../reports/stats/mann-whitney.ts";
import { compareGoBenchmarks, parseGoBenchmarks } from "../../runner/cli/samples/go-bench.ts";
import { Exit } from "../../runner/shared/errors.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { cliIn } from "../support/cli.ts";

/** golang/perf@712aea8, cmd/benchstat/testdata: JSON and gob encoding, before and after. */
const benchstat = {
  old: {
    JSONEncode: [1726, 1723, 1707, 1707, 1713, 1729, 1736, 1707, 1705, 1774],
    GobEncode: [3069, 3075, 3069, 3067, 3207, 3064, 3064, 3058, 3059, 3062],
  },
  new: {
    JSONEncode: [1423, 1416, 1411, 1413, 1412, 1426, 1422, 1424, 1447, 1425],
    GobEncode: [3075, 3065, 3059, 3065, 3060, 3081, 3186, 3135, 3087, 3062],
  },
};
type Runs = Readonly<Record<string, readonly (number | string)[]>>;
const printed = (runs: Runs, unit = "ns/op"): string =>
  [
    "goos: linux",
    "goarch: amd64",
    "pkg: encoding",
    ...Object.entries(runs).flatMap(([name, values]) =>
      values.map((it) => `Benchmark${name}-8   \t  552556\t      ${it} ${unit}`),
    ),
    "PASS",
    "ok  \tencoding\t12.3s",
    "",
  ].join("\n");

async function judge(old: string, now: string, ...argv: string[]) {
  using cli = cliIn();
  writeFileSync(join(cli.dir, "old.txt"), old);
  writeFileSync(join(cli.dir, "new.txt"), now);
  const said = await cli.run("judge", "old.txt", "new.txt", ...argv);
  return { ...said, answer: said.out.startsWith("{") ? JSON.parse(said.out) : null };
}

const relative = { kind: "relative", value: 0.05 } as const;
const samplesIn = (old: string, now: string) =>
  compareGoBenchmarks(parseGoBenchmarks(old), parseGoBenchmarks(now), () => relative).metrics;

describe("benchstat's known answers", () => {
  test("the rank-sum companion of its JSON and gob data: p 1.0825e-5 and 0.446", () => {
    const [json, gob] = samplesIn(printed(benchstat.old), printed(benchstat.new));
    expect(json).toMatchObject({ name: "JSONEncode-8 ns/op", better: "lower", paired: false });
    expect(mannWhitney(json?.baseline ?? [], json?.candidate ?? []).twoSided).toBeCloseTo(1.0825e-5, 9);
    expect(mannWhitney(gob?.baseline ?? [], gob?.candidate ?? []).twoSided).toBeCloseTo(0.446, 3);
  });

  test("five against five of its issue 19634: p 0.008", () => {
    const old = printed({ X: [115, 114, 115, 115, 115] });
    const [x] = samplesIn(old, printed({ X: [78.8, 78.8, 78.8, 78.8, 78.8] }));
    expect(mannWhitney(x?.baseline ?? [], x?.candidate ?? []).twoSided).toBeCloseTo(0.0079, 4);
  });

  test("are judged: JSON improved by 17 %, gob within its margin", async () => {
    const { answer, exit } = await judge(printed(benchstat.old), printed(benchstat.new));
    expect(exit).toBe(Exit.pass);
    expect(answer.metrics[0]).toMatchObject({ verdict: "pass", tags: expect.arrayContaining(["improved"]) });
    expect(answer.metrics[0].estimate).toBeCloseTo(-0.172, 2);
    expect(answer.metrics[1]).toMatchObject({ verdict: "pass", pairs: 10 });
  });

  test("turned around are a regression of 21 %", async () => {
    const { answer, exit } = await judge(printed(benchstat.new), printed(benchstat.old), "--margin", "10%");
    expect(exit).toBe(Exit.regressed);
    expect(answer.metrics[0]).toMatchObject({ verdict: "regressed", margin: 0.1 });
  });
});

describe("what the text says", () => {
  const line = "BenchmarkA/size=1-4 100 12.5 ns/op 80.2 MB/s 16 B/op 2 allocs/op 3 req/s 7 misses";

  test("every unit is a metric: rates are better higher, times, sizes and counts lower", () => {
    const metrics = samplesIn(line, line);
    expect(metrics.map((it) => [it.name, it.better, it.baseline[0]])).toEqual([
      ["A/size=1-4 ns/op", "lower", 12.5],
      ["A/size=1-4 MB/s", "higher", 80.2],
      ["A/size=1-4 B/op", "lower", 16],
      ["A/size=1-4 allocs/op", "lower", 2],
      ["A/size=1-4 req/s", "higher", 3],
      ["A/size=1-4 misses", "lower", 7],
    ]);
  });

  test("a Unit line says which direction is better", () => {
    const [, , , , , misses] = samplesIn(line, `Unit misses better=higher assume=exact\n${line}`);
    expect(misses?.better).toBe("higher");
  });

  test("names without results, logs and broken lines are no values", () => {
    const text = `BenchmarkA\nBenchmarkA-4 \t 100 \t x ns/op\nBenchmarkB-4 100\nBenchmarkC-4 7 1 ns/op\r\n  logged: BenchmarkD 1 2 ns/op\n`;
    expect(samplesIn(text, text).map((it) => it.name)).toEqual(["C-4 ns/op"]);
  });

  test("benchmarks of two packages may share a name", () => {
    const text = `pkg: a\nBenchmarkX 1 1 ns/op\npkg: b\nBenchmarkX 1 2 ns/op\n`;
    expect(samplesIn(text, text).map((it) => it.name)).toEqual(["a.X ns/op", "b.X ns/op"]);
  });
});

test("as text no name reaches the terminal as a command to it", async () => {
  const text = printed({ "X\u001b[2J": [1, 1, 1] }, "op\u001b]0;x\u0007");
  const { out } = await judge(text, text, "--format", "text");
  expect(out).toContain("X\ufffd[2J");
  expect(out).not.toMatch(/(?!\n)\p{Cc}/u);
});

test("a benchmark that is gone is undecided, one that is new is told", async () => {
  const { X, Y } = { X: [1, 1, 1, 1], Y: [2, 2, 2, 2] };
  const { answer, exit, err } = await judge(printed({ X, Y }), printed({ X, Z: Y }));
  expect(exit).toBe(Exit.inconclusive);
  expect(answer.metrics.map((it: { verdict: string }) => it.verdict)).toEqual(["pass", "inconclusive"]);
  expect(answer.metrics[1].because).toContain("There are 4 and 0 values");
  expect(err).toBe("only in new.txt, not compared: Z-8 ns/op\n");
});

describe("what failed halfway decides nothing, whatever values it left", () => {
  const runs = { X: [1, 1, 1, 1], Y: [2, 2, 2, 2] };
  const failing = (...lines: string[]): string =>
    printed(runs).replace(
      "PASS\nok  \tencoding\t12.3s",
      [...lines, "FAIL", "exit status 1", "FAIL\tencoding\t9s"].join("\n"),
    );
  const verdicts = async (old: string, now: string) => {
    const { answer, exit } = await judge(old, now);
    return [exit, ...answer.metrics.map((it: { name: string; verdict: string }) => `${it.name}: ${it.verdict}`)];
  };

  test.each([
    ["a line of its own", "--- FAIL: BenchmarkX-8"],
    ["the end of the line that go began", "BenchmarkX-8   \t--- FAIL: BenchmarkX-8"],
    ["a result that can't be read", "BenchmarkX-8   \t  552556\t      NaN ns/op"],
    ["a result that was cut off", "BenchmarkX-8   \t  552556"],
    ["a result without its last unit", "BenchmarkX-8   \t  552556\t      1 ns/op   3"],
  ])("%s: that benchmark, in either file", async (_, line) => {
    const [failed, whole] = [failing(line), printed(runs)];
    for (const [old, now] of [
      [failed, whole],
      [whole, failed],
    ] as const)
      expect(await verdicts(old, now)).toEqual([3, "X-8 ns/op: inconclusive", "Y-8 ns/op: pass"]);
  });

  test("is told with its line", async () => {
    const { answer } = await judge(printed(runs), failing("--- FAIL: BenchmarkX-8"));
    expect(answer.metrics[0]).toMatchObject({
      because: 'Line 12 of the new file is no result: "--- FAIL: BenchmarkX-8".',
      wouldChange: "Not more of the same: what is said above has to be mended first.",
    });
  });

  test("a benchmark takes its parts with it, and none whose name only begins alike", async () => {
    const parts = printed({ "X/a": runs.X, XY: runs.X, Z: runs.X });
    expect(await verdicts(parts, parts.replace("PASS", "--- FAIL: BenchmarkX-8\nFAIL"))).toEqual([
      3,
      "X/a-8 ns/op: inconclusive",
      "XY-8 ns/op: pass",
      "Z-8 ns/op: pass",
    ]);
  });

  test.each([
    ["a bare FAIL", printed(runs).replace("PASS\nok  \tencoding\t12.3s", "FAIL")],
    ["a panic", failing("panic: out of range", "--- FAIL: BenchmarkX-8")],
    ["a test that failed", failing("--- FAIL: TestOther (0.00s)")],
  ])("%s may be any of its package", async (_, now) => {
    expect(await verdicts(printed(runs), now)).toEqual([3, "X-8 ns/op: inconclusive", "Y-8 ns/op: inconclusive"]);
  });

  test("is no matter of another package, whose end go repeats", async () => {
    const other = `pkg: other\n${"BenchmarkX-8 1 1 ns/op\n".repeat(4)}PASS\nok  \tother\t1s\n`;
    const [old, now] = [printed(runs) + other, `${failing()}${other}FAIL\n`];
    expect(await verdicts(old, now)).toEqual([
      3,
      "encoding.X-8 ns/op: inconclusive",
      "encoding.Y-8 ns/op: inconclusive",
      "other.X-8 ns/op: pass",
    ]);
  });

  test("what left no value at all is told too", async () => {
    const { err } = await judge(printed(runs), failing("--- FAIL: BenchmarkNew-8"));
    expect(err).toBe('new.txt:12: "--- FAIL: BenchmarkNew-8" concerns nothing that is compared\n');
  });
});

describe("values of which there is no ratio", () => {
  const runs = (...values: number[]) => printed({ X: values }, "errors/op");

  test("zeros against zeros are a change of nothing", async () => {
    const { answer, exit } = await judge(runs(0, 0, 0, 0, 0, 0), runs(0, 0, 0, 0, 0, 0));
    expect(exit).toBe(Exit.pass);
    expect(answer.metrics[0]).toMatchObject({ verdict: "pass", estimate: 0, interval: [0, 0] });
    expect(answer.metrics[0].because).toMatch(/^0 % each time over 6 and 6 values/);
  });

  test("some zeros are no failed trials, and a margin as an amount decides them", async () => {
    const [old, now] = [runs(0, 1, 0, 1, 0, 1), runs(1, 0, 1, 0, 1, 0)];
    const { because } = (await judge(old, now)).answer.metrics[0];
    expect(because).toContain("some values are zero and have no ratio");
    expect(because).not.toContain("trial");
    const { answer, exit } = await judge(old, now, "--margin", "3");
    expect(exit).toBe(Exit.pass);
    expect(answer.metrics[0]).toMatchObject({ verdict: "pass", scale: "difference", margin: 3 });
  });

  test("of values below zero the advice can be followed", async () => {
    const [old, now] = [runs(-2, -1, -2), runs(-1, -2, -1)];
    expect((await judge(old, now)).answer.metrics[0].because).toContain("give the margin in the metric's unit");
    expect((await judge(old, now, "--margin", "9 errors/op")).exit).toBe(Exit.pass);
  });
});

test("a margin with a unit is for the metrics that can take it, all others keep 5 %", async () => {
  const text = "BenchmarkX 1 5 ns/op 7 B/s\nBenchmarkX 1 5 ns/op 7 B/s\n";
  const { answer } = await judge(text, text, "--margin", "2 ns/op");
  expect(answer.metrics.map((it: { margin: number }) => it.margin)).toEqual([2, 0.05]);
});

test("no allocation against one is a regression by the difference: a share of nothing has no meaning", async () => {
  const runs = (value: number) => printed({ X: Array(10).fill(value) }, "allocs/op");
  const { answer, exit } = await judge(runs(0), runs(1));
  expect(exit).toBe(Exit.regressed);
  expect(answer.metrics[0]).toMatchObject({ verdict: "regressed", scale: "difference", estimate: 1, margin: 1 });
  expect((await judge(runs(0), runs(0))).exit).toBe(Exit.pass);
});

test("one of the two files may be stdin", async () => {
  using cli = cliIn();
  const [old, now] = [join(cli.dir, "old.txt"), printed(benchstat.new)];
  writeFileSync(old, printed(benchstat.old));
  const entry = packageFile("runner", "cli", "shakedown.mjs");
  const judged = async (...files: string[]) => {
    const child = spawn(process.execPath, [entry, "judge", ...files], { stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.end(now);
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { out, err };
  };
  const { metrics } = JSON.parse((await judged(old, "-")).out);
  expect(metrics[0]).toMatchObject({ verdict: "pass", pairs: 10 });
  expect(metrics[0].estimate).toBeLessThan(-0.1);
  expect((await judged("-", "-")).err).toContain("stdin can be only one of the two");
});

test.each([
  [["old.txt"], "a verdict compares two files"],
  [["old.txt", "new.txt", "new.txt"], "3 files are too many"],
  [["old.txt", "new.txt", "--batch"], "--batch takes one file"],
  [["old.txt", "new.txt", "--margin", "0%"], "--margin takes a share"],
  [["old.txt", "new.txt", "--margin", "-1"], "--margin takes a share"],
  [["old.txt", "new.txt", "--margin", "3 frogs"], "--margin takes a share"],
  [["old.txt", "empty.txt"], "empty.txt has no line of a Go benchmark"],
  [["samples.json", "--margin", "5%"], "--margin goes with two files"],
])("judge %j ends with 2 and says what to do", async (argv, message) => {
  using cli = cliIn();
  const text = printed({ X: [1, 2, 3] });
  for (const [name, content] of Object.entries({
    "old.txt": text,
    "new.txt": text,
    "empty.txt": "PASS\n",
    "samples.json": "{}",
  }))
    writeFileSync(join(cli.dir, name), content);
  const { exit, err, out } = await cli.run("judge", ...argv);
  expect({ exit, out }).toEqual({ exit: Exit.usage, out: "" });
  expect(err).toContain(message);
  expect(err).toContain("hint:");
});
