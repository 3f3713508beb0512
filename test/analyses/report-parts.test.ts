/** The parts of a report: whether the run can be trusted, what happened when, one section per question. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { environment } from "../../reports/analyses/environment.ts";
import { faultReports } from "../../reports/analyses/faults.ts";
import type { Check } from "../../reports/analyses/parts.ts";
import { sections } from "../../reports/analyses/sections/sections.ts";
import { table } from "../../reports/analyses/table.ts";
import { timeline } from "../../reports/analyses/timeline.ts";
import { validity } from "../../reports/analyses/validity/validity.ts";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { type FakeRecord, fakeRecord } from "../support/fake-record.ts";
import { condition, relative } from "../support/fake-scenario.ts";
import { scratch } from "../support/scratch.ts";

const tmp = scratch();
afterAll(() => tmp[Symbol.dispose]());

const record = (given: FakeRecord): string => fakeRecord(join(tmp.dir, String(Math.random())), given);
const dir = record({ pairs: 3, effect: { p50: 1.5 } });
const evidence = loadEvidence(dir);

/** The checks after the text of a trial's latency lines, series or the journal was changed. */
function checks(given: FakeRecord, change: Readonly<Record<string, (text: string) => string>> = {}): readonly Check[] {
  const made = record({ pairs: 1, arms: ["baseline"], faults: false, ...given });
  for (const [name, edit] of Object.entries(change)) {
    const file = join(made, name === "journal.ndjson" ? name : join("trial-01-baseline", name));
    writeFileSync(file, edit(readFileSync(file, "utf8")));
  }
  return validity(loadEvidence(made));
}
const withoutTotals = (text: string): string => text.replaceAll(/^.*"type":"load.done".*\n/gm, "");
const check = (all: readonly Check[], title: string): Check | undefined => all.find((it) => it.title === title);

describe("validity", () => {
  test("a clean run has nothing but good checks, each with its numbers", () => {
    const all = validity(evidence);
    expect(all.filter((it) => it.status !== "ok")).toEqual([]);
    expect(all.map((it) => it.title)).toEqual(["Load", "Generator", "Faults", "Host", "Harness", "Trials"]);
    expect(check(all, "Faults")?.text).toBe("18 of 18 landed, 18 felt, 18 reverted");
    expect(check(all, "Harness")?.text).toContain("CPU 5.00");
  });

  test.each([
    [
      "at its CPU limit",
      '"cpu":0.2',
      '"cpu":0.95',
      "CPU 95.0 % of a core",
      "add a worker (load.workers: 2), or lower the rate",
    ],
    [
      "whose loop stands still",
      '"loopP99":1.2',
      '"loopP99":80',
      "loop delay 80.0 ms at p99",
      "something kept it from its CPU",
    ],
    ["that sends late", '"lagP99":0.6', '"lagP99":90', "90.0 ms at p99", "where less else runs, or lower the rate"],
    ["almost out of descriptors", '"descriptors":32', '"descriptors":1000', "1000 of 1024 descriptors", "ulimit -n"],
    [
      "almost out of local ports",
      '"connections":10',
      '"connections":27000',
      "27 000 of 28 232 local ports",
      "ip_local_port_range",
    ],
  ])("a generator %s makes the run invalid, with what to do", (_, from, to, what, advice) => {
    const all = checks({}, { "latency.ndjson": (text) => text.replaceAll(from, to) });
    const found = check(all, "Generator");
    expect(found?.status).toBe("invalid");
    const text = found?.text.replaceAll("\u202f", " ");
    expect(text).toMatch(/^the load generator could not keep up: /);
    expect(text).toContain(what);
    expect(text).toContain(`in trial 1; `);
    expect(text).toContain(advice);
  });

  test.each([
    ["with a CPU to spare is not told to add a worker, which would be kept waiting too", 0.2, "where less else runs"],
    ["that is busy itself is", 0.6, "add a worker"],
  ])("a late generator %s", (_, cpu, advice) => {
    const late = (text: string) =>
      text.replaceAll('"lagP99":0.6', '"lagP99":90').replaceAll('"cpu":0.2', `"cpu":${cpu}`);
    const text = check(checks({}, { "latency.ndjson": late }), "Generator")?.text ?? "";
    expect(["add a worker", "where less else runs"].filter((it) => text.includes(it))).toEqual([advice]);
  });

  test.each([
    ["waited for one", 0.76, "it waited for a CPU 76.0 % of the time: run it where less else runs"],
    ["did not wait for one, though it used little", 0.02, "something kept it from its CPU"],
  ])("a late generator that is known to have %s is told so", (_, waited, advice) => {
    const late = (text: string) =>
      text.replaceAll('"lagP99":0.6', '"lagP99":90').replaceAll('"rss":', `"waited":${waited},"rss":`);
    expect(check(checks({}, { "latency.ndjson": late }), "Generator")?.text.replaceAll(/\s/g, " ")).toContain(advice);
  });

  test("a generator that does not tell how late it was, and had to wait for a CPU, makes the run invalid", () => {
    const k6 = (waited: number) => (text: string) =>
      text
        .replaceAll(/"(loopP99|lagP50|lagP99)":[\d.]+/g, '"$1":null')
        .replaceAll('"rss":', `"waited":${waited},"rss":`);
    const found = (waited: number) => check(checks({}, { "latency.ndjson": k6(waited) }), "Generator");
    expect(found(0.6)?.status).toBe("invalid");
    expect(found(0.6)?.text.replaceAll(/\s/g, " ")).toContain(
      "waited for a CPU 60.0 % of the time (limit 50 %) in trial 1; run it where less else runs",
    );
    expect(found(0.3)?.status).toBe("ok");
  });

  test("a generator that waits for its last answers after the load is judged by the load alone", () => {
    const busy = (text: string) => text.replaceAll('"cpu":0.2', '"cpu":0.95');
    const waiting = (text: string) => {
      const all = text.split("\n").filter((it) => it.includes('"type":"self"'));
      const { t, ...last } = JSON.parse(all.at(-1) as string);
      const idle = Array.from({ length: 3 * all.length }, (_, i) => ({ ...last, t: t + (i + 1) * 1000, cpu: 0.01 }));
      return busy(text) + idle.map((it) => `${JSON.stringify(it)}\n`).join("");
    };
    const found = check(checks({}, { "latency.ndjson": waiting }), "Generator");
    expect(found).toEqual(check(checks({}, { "latency.ndjson": busy }), "Generator"));
    expect(found?.status).toBe("invalid");
  });

  test("what a generator in trouble had enough of is told as that", () => {
    const late = (text: string) => text.replaceAll('"lagP99":0.6', '"lagP99":90');
    const text = check(checks({}, { "latency.ndjson": late }), "Generator")?.text;
    expect(text).toMatch(/; within their limits: CPU 20\.0\s%/);
  });

  test("what kept connections from being made for how the service speaks is a remark of its own, with how often", () => {
    const reason = "its certificate has expired, or the one that signed it";
    const seen = `{"v":1,"seq":9000,"t":1,"type":"load.trouble","trial":1,"target":"shop","reason":"${reason}"}\n`;
    const counted = (text: string) =>
      text.replace(/"type":"load.done"/, `$&,"troubles":[{"reason":"${reason}","count":12}]`);
    const told = (change: (text: string) => string) => check(checks({}, { "journal.ndjson": change }), "Connections");
    expect(told((text) => counted(text) + seen)).toEqual({
      status: "warning",
      title: "Connections",
      text: `some failed for how the service speaks: ${reason} (12 times in 1 of 1 trial)`,
    });
    expect(told((text) => withoutTotals(text) + seen)?.text).toContain(`${reason} (in 1 of 1 trial)`);
    expect(told((text) => text)).toBeUndefined();
  });

  test("every worker of several is told by itself, and the one that could not keep up is named", () => {
    const two = (text: string) =>
      text.replaceAll(/^.*"type":"self".*$/gm, (line) => {
        const other = { ...JSON.parse(line), worker: 1, cpu: 0.9, lagP99: null, descriptors: undefined };
        return `${line}\n${JSON.stringify(other)}`;
      });
    const found = check(checks({}, { "latency.ndjson": two }), "Generator");
    expect(found).toMatchObject({ status: "invalid", text: expect.stringContaining(" in worker 1 of trial 1; ") });
    expect(found?.workers).toMatchObject([
      { worker: 0, cpu: 0.2, lagP50: 0.2, lagP99: 0.6, connections: 10, descriptors: 32, descriptorLimit: 1024 },
      { worker: 1, cpu: 0.9, lagP50: 0.2, lagP99: null, connections: 10, descriptors: null, descriptorLimit: 1024 },
    ]);
    expect(check(checks({}), "Generator")?.workers).toBeUndefined();
  });

  test("thresholds of a script are shown with how often they were crossed, and decide nothing", () => {
    const one = { expression: "http_req_duration p(95)<500", met: true, found: 312 };
    const told = (...thresholds: readonly object[]) => {
      const done = (text: string) =>
        text.replace('"type":"load.done"', `$&,"thresholds":${JSON.stringify(thresholds)}`);
      return check(checks({}, { "journal.ndjson": done }), "Script");
    };
    const about = "its thresholds, which do not decide: http_req_duration p(95)<500";
    expect(told(one)).toEqual({ status: "ok", title: "Script", text: `${about} met in 1 trial (312 in trial 1)` });
    expect(told(one, { ...one, met: false, found: 612 })).toEqual({
      status: "warning",
      title: "Script",
      text: `${about} crossed in 1 of 1 trial (612 in trial 1)`,
    });
    const unknown = { ...one, met: null, found: "has nothing to judge" };
    expect(told(unknown)).toMatchObject({ status: "warning", text: `${about} has nothing to judge in 1 of 1 trial` });
    expect(check(checks({}), "Script")).toBeUndefined();
  });

  test("workers that could each use the whole machine share it: two with 0.9 of two cores each are at its limit", () => {
    const onTwo = (text: string) => text.replace('"type":"load.ready"', '$&,"cores":2');
    const busy = (cpu: number, workers: number) => (text: string) =>
      text.replaceAll(/^.*"type":"self".*$/gm, (line) =>
        Array.from({ length: workers }, (_, worker) => JSON.stringify({ ...JSON.parse(line), worker, cpu })).join("\n"),
      );
    const found = (cpu: number, workers: number) =>
      check(checks({}, { "journal.ndjson": onTwo, "latency.ndjson": busy(cpu, workers) }), "Generator");
    expect(found(0.9, 1)?.status).toBe("ok");
    expect(found(1.8, 1)?.text.replaceAll(/\s/g, " ")).toContain("CPU 90.0 % of 2 cores");
    expect(found(0.9, 2)?.text.replaceAll(/\s/g, " ")).toContain("CPU 90.0 % of a core");
    expect(found(0.6, 3)?.text.replaceAll(/\s/g, " ")).toContain("CPU 90.0 % of 0.67 cores");
    expect(found(0.6, 3)?.status).toBe("invalid");
  });

  test("the send-time error stands in every report, and that a closed model has none", () => {
    const text = (edit: (text: string) => string) => check(checks({}, { "latency.ndjson": edit }), "Generator")?.text;
    expect(text((it) => it)).toMatch(/send-time error 0\.200\sms at the median, 0\.600\sms at p99/);
    expect(text((it) => it.replaceAll(/"lagP(50|99)":[\d.]+/g, '"lagP$1":null'))).toContain("no send-time error");
  });

  test("an older record without descriptors is told without them", () => {
    const older = (text: string) => text.replaceAll(/,"(descriptors|descriptorLimit|localPorts)":\d+/g, "");
    const found = check(checks({}, { "latency.ndjson": older }), "Generator");
    expect(found?.status).toBe("ok");
    expect(found?.text).not.toMatch(/descriptors|ports/);
  });

  test("one bad second of a generator makes nothing invalid", () => {
    const all = checks({}, { "latency.ndjson": (text) => text.replace('"lagP99":0.6', '"lagP99":900') });
    expect(check(all, "Generator")?.status).toBe("ok");
  });

  test("one second almost without descriptors is enough: what runs out fails the next request", () => {
    const once = (text: string) => text.replace(/("t":5000,.*"descriptors":)32/, "$11000");
    expect(check(checks({}, { "latency.ndjson": once }), "Generator")?.status).toBe("invalid");
  });

  test("a generator that was late in a trial that was cut off makes nothing invalid: that trial is not judged", () => {
    const late = (text: string) => text.replaceAll('"lagP99":0.6', '"lagP99":90');
    const cut = (text: string) => text.replace(/^.*"type":"trial.end".*\n/m, "");
    const all = checks({ pairs: 2 }, { "latency.ndjson": late, "journal.ndjson": cut });
    expect(check(all, "Trials")?.text).toContain("1 cut off");
    expect(check(all, "Generator")?.status).toBe("ok");
  });

  test("a load that was not offered makes the run invalid, dropped requests do not", () => {
    const half = (text: string) => text.replace(/"count":(\d+)/g, (_, n) => `"count":${Math.floor(Number(n) / 2)}`);
    const all = checks({}, { "latency.ndjson": half, "journal.ndjson": withoutTotals });
    expect(check(all, "Load")).toMatchObject({ status: "invalid", text: expect.stringContaining("offered less") });
    const dropped = (text: string) => text.replaceAll('"outcome":"ok"', '"outcome":"dropped"');
    expect(check(checks({}, { "latency.ndjson": dropped }), "Load")?.status).toBe("ok");
  });

  test("requests that the workers counted and the record does not hold make the run invalid, with both numbers", () => {
    const lose = (type: string) => (text: string) => text.replace(new RegExp(`^.*"type":"${type}".*\n`, "m"), "");
    const told = (all: readonly Check[]) => check(all, "Load");
    for (const [type, from] of [
      ["histogram", "histograms"],
      ["bin", "bins"],
    ] as const) {
      const load = told(checks({}, { "latency.ndjson": lose(type) }));
      expect(load?.status).toBe("invalid");
      expect(load?.text).toMatch(
        new RegExp(`trial 1 the workers counted \\d+ requests \\(due\\), the ${from} hold \\d+$`),
      );
    }
    const more = (text: string) => text.replace(/("totals":\{)/, '$1"timeout":7,');
    expect(told(checks({}, { "journal.ndjson": more }))?.text).toContain(
      "counted 7 requests (timeout), the histograms hold 0",
    );
  });

  test("a load that was cut off has no totals to hold it against", () => {
    const all = checks({}, { "latency.ndjson": (text) => text.slice(0, -20), "journal.ndjson": withoutTotals });
    expect(check(all, "Load")?.status).toBe("ok");
  });

  test("a lost worker or a fault that could not be reverted makes the run invalid", () => {
    const lost = (text: string) =>
      `${text}{"v":1,"seq":900,"t":1,"type":"load.lost","trial":1,"worker":0,"reason":"killed"}\n`;
    expect(check(checks({}, { "journal.ndjson": lost }), "Generator")).toMatchObject({ status: "invalid" });
    const stuck = (text: string) =>
      text.replaceAll(
        /"type":"fault.reverted"(.*"fault":"one-dies".*)\}/g,
        '"type":"fault.unreverted"$1,"reason":"busy","mend":"kill 1"}',
      );
    expect(check(checks({ faults: true }, { "journal.ndjson": stuck }), "Faults")).toMatchObject({ status: "invalid" });
  });

  test("a fault that the harness itself had to do is a warning with its proof", () => {
    const emulated = (text: string) =>
      text.replace(/"grade":"A","text":"[^"]*"/, '"grade":"C","text":"emulated: the harness killed it"');
    expect(check(checks({ faults: true }, { "journal.ndjson": emulated }), "Faults")).toMatchObject({
      status: "warning",
      text: "3 of 3 landed, 3 felt, 3 reverted; one-dies has the weakest proof, C: emulated: the harness killed it",
    });
  });

  test("a fault that did not land is a warning that names it", () => {
    const faults = check(checks({ faults: true, notLanded: ["one-dies"] }), "Faults");
    expect(faults?.status).toBe("warning");
    expect(faults?.text).toContain("2 of 3 landed");
    expect(faults?.text).toContain("one-dies in trial 1");
  });

  test("a disturbed host leaves the run undecided, not invalid; steal is a share of the whole machine", () => {
    // The counter sums over the two processors of the made machine.
    const stolen = (ofEach: number) => (text: string) =>
      text
        .split("\n")
        .map((it) =>
          it.includes('"host.steal"')
            ? JSON.stringify({ ...JSON.parse(it), x: JSON.parse(it).t.map((t: number) => t * 2 * ofEach) })
            : it,
        )
        .join("\n");
    expect(check(checks({}, { "series.ndjson": stolen(0.3) }), "Host")).toMatchObject({
      status: "warning",
      inconclusive: true,
    });
    const borne = check(checks({}, { "series.ndjson": stolen(0.2) }), "Host");
    expect(borne?.status).toBe("ok");
    expect(borne?.text).toContain("20.0");
  });

  test("I/O pressure is told and decides nothing: what waits for a disk may have nothing to do with the target", () => {
    const pressed = (metric: string) => (text: string) =>
      text
        .split("\n")
        .map((it) =>
          it.includes(metric)
            ? JSON.stringify({ ...JSON.parse(it), x: JSON.parse(it).t.map((t: number) => t * 950) })
            : it,
        )
        .join("\n");
    const io = check(checks({}, { "series.ndjson": pressed("host.psi.io") }), "Host");
    expect(io?.status).toBe("ok");
    expect(io?.text).toMatch(/, I\/O pressure up to 95\.0\d?\s%, steal/);
    expect(check(checks({}, { "series.ndjson": pressed("host.psi.memory") }), "Host")?.inconclusive).toBe(true);
  });

  test("a host that was not sampled can't be told from a quiet one", () => {
    const without = (pattern: RegExp) => (text: string) =>
      text
        .split("\n")
        .filter((it) => !pattern.test(it))
        .join("\n");
    const off = {
      scenario: (it) => ({ ...it, samplers: { ...it.samplers, off: ["host", "process"] } }),
    } satisfies FakeRecord;
    const none = check(checks(off, { "series.ndjson": without(/"host\.|"runqueue/) }), "Host");
    expect(none?.status).toBe("warning");
    expect(none?.inconclusive).toBeUndefined();
    expect(none?.text).toBe(
      "not sampled, noise can't be told: the sampler process was off: the scenario says so (samplers.off); the sampler host was off: the scenario says so (samplers.off)",
    );
    const blind = check(checks({}, { "series.ndjson": without(/"host\.psi/) }), "Host");
    expect(blind?.status).toBe("warning");
    expect(blind?.text).toContain("not sampled: CPU pressure, memory pressure");
  });

  test("instances that waited for a CPU make the run undecided; pressure on the machine that they did not feel does not", () => {
    const share = (metric: string, of: number) => (text: string) =>
      text
        .split("\n")
        .map((it) =>
          it.includes(metric)
            ? JSON.stringify({ ...JSON.parse(it), x: JSON.parse(it).t.map((t: number) => t * of) })
            : it,
        )
        .join("\n");
    const waited = check(checks({}, { "series.ndjson": share("runqueue.wait", 0.45) }), "Host");
    expect(waited?.inconclusive).toBe(true);
    expect(waited?.text).toMatch(/^too noisy to decide: instances waited for a CPU up to 45/);
    const pressed = check(checks({}, { "series.ndjson": share("host.psi.cpu", 950) }), "Host");
    expect(pressed?.inconclusive).toBeUndefined();
    expect(pressed?.text).toMatch(/CPU pressure up to 95/);

    const both = record({ pairs: 3, faults: false });
    for (const trial of readdirSync(both).filter((it) => it.endsWith("-candidate"))) {
      const file = join(both, trial, "series.ndjson");
      writeFileSync(file, share("runqueue.wait", 0.45)(readFileSync(file, "utf8")));
    }
    const itself = check(validity(loadEvidence(both)), "Host");
    expect(itself?.inconclusive, "an arm that needs more CPU disturbs itself: that is its outcome").toBeUndefined();
    expect(itself?.text).toContain("above it in 3 of 6 trials");
  });

  test("failed and missing trials are told by arm", () => {
    const { status, text } =
      check(checks({ pairs: 3, outcomes: { 1: { outcome: "failed", reason: "crash loop" } } }), "Trials") ?? {};
    expect(status).toBe("warning");
    expect(text).toBe("2 of 3 planned trials came to their end; 1 of baseline failed");
    expect(check(checks({ pairs: 2, cutAfter: 1 }), "Run")?.text).toContain("interrupted");
  });

  test("a trial that the harness broke makes the run invalid, with its reason", () => {
    const outcomes = { 2: { outcome: "broken", reason: "load worker 0: killed" } } as const;
    expect(check(checks({ pairs: 3, outcomes }), "Trials")).toMatchObject({
      status: "invalid",
      text: "trial 2 (baseline) broke down, which says nothing of the arm: load worker 0: killed; 2 of 3 planned trials came to their end",
    });
    const all = { ...outcomes, 3: outcomes[2] };
    expect(check(checks({ pairs: 3, outcomes: all }), "Trials")?.text).toBe(
      "trial 2 (baseline), trial 3 (baseline) broke down, which says nothing of the arm: load worker 0: killed; 1 of 3 planned trials came to their end",
    );
  });

  test("trials that a look made needless are not missing, and the look is told", () => {
    const look = { v: 1, seq: 1, t: 1, type: "look", look: 1, blocks: 3, decision: "stop" } as const;
    const order = [...evidence.run.order, ...evidence.run.order];
    const looked = { ...evidence, run: { ...evidence.run, order }, events: [...evidence.events, look] };
    expect(check(validity(looked), "Trials")?.text).toBe(
      "6 of 6 planned trials came to their end; a look decided the run after 3 of 6 blocks",
    );
  });

  test("trials beyond the blocks first drawn were planned when the run was resumed", () => {
    const resumed = { ...evidence, run: { ...evidence.run, order: evidence.run.order.slice(0, 1) } };
    expect(check(validity(resumed), "Trials")?.text).toBe("6 of 6 planned trials came to their end");
  });

  test("trials of one arm under limits of different kinds make the run invalid", () => {
    const other = (text: string) => text.replace("cgroup-v1", "emulated");
    expect(check(checks({ pairs: 2 }, { "journal.ndjson": other }), "Limits")).toMatchObject({
      status: "invalid",
      text: "limits of db were enforced by emulated in trial 1, by cgroup-v1 in trial 2: trials under different limits are not comparable",
    });
  });

  test("arms that declare different limits may run under different kinds", () => {
    const [first, second] = evidence.trials;
    const none = (trial: typeof first) =>
      trial && {
        ...trial,
        events: trial.events.map((it) => (it.type === "target.ready" ? { ...it, confinement: "none" as const } : it)),
      };
    const trials = [first, none(second)].filter((it) => it !== undefined);
    const declared = (memory: number | null) => ({
      ...evidence.run.scenario,
      arms: evidence.run.scenario.arms.map((arm) => ({
        ...arm,
        targets: arm.targets.map((it) =>
          it.kind === "process" && arm.name === second?.arm ? { ...it, limits: { ...it.limits, memory } } : it,
        ),
      })),
    });
    const limits = (memory: number | null) =>
      check(validity({ ...evidence, trials, run: { ...evidence.run, scenario: declared(memory) } }), "Limits")?.status;
    expect(limits(null)).toBeUndefined();
    expect(limits(160 * 2 ** 20)).toBe("invalid");
  });

  test("damage of the record is told", () => {
    const all = checks({}, { "latency.ndjson": (text) => text.slice(0, -20) });
    expect(check(all, "Record")?.text).toContain("the last line is cut off");
  });
});

describe("faults", () => {
  test("are counted by arm, with windows relative to their request", () => {
    const [kill, slow] = faultReports(evidence);
    expect(
      kill?.arms.map(({ arm, trials, landed, felt, reverted }) => ({ arm, trials, landed, felt, reverted })),
    ).toEqual(["baseline", "candidate"].map((arm) => ({ arm, trials: 3, landed: 3, felt: 3, reverted: 3 })));
    expect(kill?.grade).toBe("A");
    expect(kill?.arms[0]?.requested).toEqual({ start: 0, end: 4500 });
    expect(kill?.arms[0]?.acknowledged?.start).toBe(5);
    expect(slow?.grade).toBe("B");
    expect(slow?.arms[0]?.acknowledged).toEqual({ start: 5, end: 2000 });
  });
});

describe("the timeline", () => {
  const found = timeline(evidence);
  if (!found) throw new Error("no timeline");

  test("has every line as long as its axis, at most 600 points", () => {
    expect(found.t.length).toBe(48);
    for (const { lines } of found.panels)
      for (const it of lines) expect([it.center.length, it.low?.length, it.high?.length]).toEqual([48, 48, 48]);
    const long = timeline(
      loadEvidence(
        record({
          pairs: 1,
          arms: ["baseline"],
          faults: false,
          rate: 1,
          scenario: (it) => ({ ...it, phases: it.phases.map((p) => ({ ...p, durationMs: 700_000 })) }),
        }),
      ),
    );
    expect(long?.t.length).toBeLessThanOrEqual(600);
  });

  test("holds the median between the lowest and the highest trial", () => {
    for (const { lines } of found.panels)
      for (const { center, low, high } of lines)
        center.forEach((it, i) => {
          if (it === null) return;
          expect(it).toBeGreaterThanOrEqual(low?.[i] ?? it);
          expect(it).toBeLessThanOrEqual(high?.[i] ?? it);
        });
  });

  test("shows the dip of ready instances and the fault where clients felt it", () => {
    const ready = found.panels.find((it) => it.title === "Instances of shop")?.lines.find((it) => it.label === "ready");
    expect(ready?.center[Math.floor(8 / 0.5)]).toBe(2);
    expect(ready?.center[Math.floor(4 / 0.5)]).toBe(3);
    const kill = found.faults.find((it) => it.name === "one-dies");
    expect(kill?.start).toBeCloseTo(7.5, 0);
    expect(kill?.end).toBeGreaterThan(8.2);
  });

  const edited = (file: string, edit: (text: string) => string) => {
    const made = record({ pairs: 1, arms: ["baseline"], faults: false });
    const path = join(made, file);
    writeFileSync(path, edit(readFileSync(path, "utf8")));
    const panels = timeline(loadEvidence(made))?.panels;
    return (title: string, label: string) =>
      panels?.find((it) => it.title === title)?.lines.find((it) => it.label === label);
  };
  const MiB = 2 ** 20;

  test("draws the instance that is nearest to its limit, and nothing where none is in force", () => {
    const at = evidence.trials[0]?.loadStart ?? 0;
    const squeezed = [
      { metric: "cgroup.memory.limit", t: [at + 2000, at + 3000], x: [65 * MiB, 65 * MiB] },
      { metric: "cgroup.memory", t: [at + 1900, at + 4000], x: [64 * MiB, 64 * MiB] },
    ].map((it) => JSON.stringify({ v: 1, labels: { target: "shop", instance: "shop-1", pid: "1" }, ...it }));
    const find = edited("trial-01-baseline/series.ndjson", (text) => `${text}${squeezed.join("\n")}\n`);
    const of = (label: string) => find("Memory nearest to its limit", label);
    const MiBs = (label: string) => [1, 2.5, 3.5, 4.5].map((s) => Math.round((of(label)?.center[s / 0.5] ?? 0) / MiB));
    expect(of("limit")?.dashed).toBe(true);
    expect(MiBs("limit")).toEqual([160, 65, 65, 160]);
    expect(MiBs("charged").slice(1, 3)).toEqual([64, 64]);
    expect(MiBs("charged")[3]).toBeGreaterThan(65);
    const none = edited("trial-01-baseline/series.ndjson", (text) =>
      text.replaceAll(/^.*"cgroup\.memory\.limit".*\n/gm, ""),
    );
    expect(none("Memory nearest to its limit", "charged")).toBeUndefined();
    expect(none("Memory, largest instance", "limit")).toBeUndefined();
  });

  test("draws an emulated limit beside the resident set that it is held against", () => {
    const find = edited("journal.ndjson", (text) => text.replaceAll("cgroup-v1", "emulated"));
    expect(new Set(find("Memory, largest instance", "limit")?.center)).toEqual(new Set([160 * MiB]));
  });

  test("is nothing without load", () => {
    expect(timeline(loadEvidence(record({ pairs: 0 })))).toBeNull();
  });
});

describe("sections", () => {
  test("one per question that the record can answer, with dots by block and the quantiles of both arms", () => {
    const all = sections(evidence, []);
    expect(all.map((it) => it.id)).toEqual([
      "latency",
      "errors",
      "throughput",
      "recovery",
      "scaling",
      "memory",
      "gc",
      "cpu",
    ]);
    const [p99, , quantiles] = all[0]?.charts ?? [];
    expect(p99).toMatchObject({ kind: "dots", log: true, arms: [{ arm: "baseline" }, { arm: "candidate" }] });
    expect(p99?.kind === "dots" && p99.arms[0]?.values.map((it) => it.block)).toEqual([1, 2, 3]);
    if (quantiles?.kind !== "quantiles") throw new Error("no quantiles");
    for (const { center } of quantiles.arms) expect(center).toEqual(center.toSorted((a, b) => a - b));
    const [baseline, candidate] = quantiles.arms;
    const middle = quantiles.quantiles.indexOf(0.5);
    expect((candidate?.center[middle] ?? 0) / (baseline?.center[middle] ?? 1)).toBeGreaterThan(1.3);
  });

  test("what single requests show stands in the sections of latency and of instances, also of a run without faults", () => {
    const all = sections(loadEvidence(record({ pairs: 1, faults: false })), []);
    const of = (id: string) => all.find((it) => it.id === id);
    expect(of("latency")?.tables.map((it) => it.kind)).toEqual(["slowest"]);
    expect(of("scaling")?.tables.map((it) => it.kind)).toEqual(["spread"]);
    expect(of("scaling")?.answer).toMatch(/^No condition asked\. Short of instances: 0/);
    expect(of("cpu")?.tables).toEqual([]);
  });

  test("tell why a metric has no value, but not of one that does not apply", () => {
    const made = record({ pairs: 1, faults: false });
    const file = join(made, "trial-01-baseline", "series.ndjson");
    const absent = { v: 1, metric: "cgroup.memory.limit", labels: {}, at: 1, reason: "no memory limit is set" };
    const lines = (kind: string) =>
      `${readFileSync(file, "utf8").replaceAll(/^.*"cgroup\.memory\.limit".*\n/gm, "")}${JSON.stringify({ ...absent, absent: kind })}\n`;
    const notes = (kind: string) => {
      writeFileSync(file, lines(kind));
      return sections(loadEvidence(made), []).find((it) => it.id === "memory")?.notes;
    };
    expect(notes("not-applicable")).toEqual([]);
    expect(notes("unavailable")).toEqual(["memory.limit.share: unavailable: no memory limit is set"]);
  });

  test("answer by the verdicts where conditions were asked", () => {
    const finding = {
      ...{ id: "g1", title: "Response time p99", where: "steady", arm: "candidate", advisory: false },
      metric: { name: "latency.p99", unit: "ms", kind: "latency" },
      change: { scale: "ratio", estimate: 0.38, lower: 0.31, upper: 0.45 },
      condition: condition({ metric: "latency.p99", phase: "steady", margin: relative(0.1) }),
      versus: "baseline",
      candidate: null,
    } as const;
    const answer = (verdict: "pass" | "regressed" | "inconclusive") => sections(evidence, [{ ...finding, verdict }])[0];
    expect(answer("regressed")?.answer).toMatch(
      /^Beyond what is allowed: Response time p99 \(steady\) changed by \+38/,
    );
    expect(answer("inconclusive")?.answer).toMatch(/^Not decided/);
    expect(answer("pass")?.answer).toMatch(/^Within what is allowed/);
    expect(answer("pass")?.findings).toEqual(["g1"]);
  });
});

describe("the full table", () => {
  test("has every metric once per place, with a reason where there is no value", () => {
    const rows = table(evidence);
    expect(new Set(rows.map((it) => `${it.metric} ${it.where}`)).size).toBe(rows.length);
    for (const row of rows) for (const it of row.cells) expect(it.center === null ? it.absent : it.n).toBeTruthy();
    const recovery = rows.filter((it) => it.metric === "recovery.time").map((it) => it.where);
    expect(recovery).toEqual(["one-dies", "slow-db", "hungry"]);
  });
});

describe("the environment", () => {
  test("tells in what the trials differ", () => {
    const made = record({ pairs: 2, arms: ["baseline"], faults: false });
    const journal = join(made, "journal.ndjson");
    writeFileSync(journal, readFileSync(journal, "utf8").replace("cgroup-v1", "emulated"));
    const facts = environment(loadEvidence(made));
    expect(facts.find((it) => it.name === "limits of db")).toEqual({
      name: "limits of db",
      value: "emulated",
      differs: "cgroup-v1",
    });
    expect(facts.find((it) => it.name === "kernel")).toEqual({ name: "kernel", value: "6.18.0", differs: null });
  });
});
