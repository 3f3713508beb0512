/** Whether the load generator can be believed: what it had, how late it was, and what it could not do. */
import { expect, test } from "vitest";
import { validity } from "../../../reports/analyses/validity/validity.ts";
import { loadEvidence } from "../../../reports/evidence/load.ts";
import type { LoadModel } from "../../../runner/record/scenario.ts";
import { check, checks, record, withoutTotals } from "../../support/checked-record.ts";

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
  const late = (text: string) => text.replaceAll('"lagP99":0.6', '"lagP99":90').replaceAll('"cpu":0.2', `"cpu":${cpu}`);
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
    text.replaceAll(/"(loopP99|lagP50|lagP99)":[\d.]+/g, '"$1":null').replaceAll('"rss":', `"waited":${waited},"rss":`);
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
    const done = (text: string) => text.replace('"type":"load.done"', `$&,"thresholds":${JSON.stringify(thresholds)}`);
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

test("how many requests were in flight at most is told, and decides nothing", () => {
  const many = (text: string) => text.replace(/"inFlight":\d+/, '"inFlight":4321');
  const found = check(checks({}, { "latency.ndjson": many }), "Generator");
  expect(found).toMatchObject({
    status: "ok",
    text: expect.stringMatching(/, at most 4321 in flight, in the worst/),
  });
});

test("an older record without descriptors is told without them", () => {
  const older = (text: string) => text.replaceAll(/,"(descriptors|descriptorLimit|localPorts)":\d+/g, "");
  const found = check(checks({}, { "latency.ndjson": older }), "Generator");
  expect(found?.status).toBe("ok");
  expect(found?.text).not.toMatch(/descriptors|ports/);
});

test("what would be less for the generator depends on who says how much it is", () => {
  const evidence = loadEvidence(record({ pairs: 1, arms: ["baseline"], faults: false }));
  const late = evidence.trials.map((it) => ({ ...it, self: it.self.map((line) => ({ ...line, lagP99: 90 })) }));
  const advice = (model: LoadModel) => {
    const { scenario } = evidence.run;
    const arms = scenario.arms.map((it) => ({ ...it, load: { ...it.load, model } }));
    const run = { ...evidence.run, scenario: { ...scenario, arms } };
    return check(validity({ ...evidence, run, trials: late }), "Generator")?.text;
  };
  expect(advice({ kind: "open", rate: 50, spacing: "even" })).toContain("or lower the rate");
  expect(advice({ kind: "closed", connections: 5 })).toContain("or use fewer connections");
  expect(advice({ kind: "script" })).toContain("or let the script ask for less");
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
