/** What a trial does at its end, on a clock that leaps: programs are fakes at the seam, and end at their time. */
import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import type { RunContext } from "../../runner/orchestrate/context.ts";
import { runTrial } from "../../runner/orchestrate/trial.ts";
import type { Event } from "../../runner/record/events.ts";
import type { RunFile } from "../../runner/record/run-file.ts";
import type { Hook } from "../../runner/record/scenario.ts";
import { samplers } from "../../runner/samplers/registry.ts";
import type { Clock } from "../../runner/shared/host.ts";
import { fakeScenario } from "../support/fake-scenario.ts";
import { leapingClock } from "../support/leaping-clock.ts";
import { virtualHost } from "../support/virtual-host.ts";

/** The events of a trial without targets, so that it is broken at once, whose `after` hooks take this long. */
async function endingOf(after: readonly Hook[], takesMs: number): Promise<Event[]> {
  const clock = leapingClock();
  const scenario = fakeScenario({ faults: false });
  const [arm] = scenario.arms;
  if (arm === undefined) throw new Error("the fake scenario has arms");
  const events: Event[] = [];
  const noLine = () => undefined;
  const run: RunContext = {
    host: { ...virtualHost({ now: 0 }), clock, spawn: () => programOf(clock, takesMs), kill: () => true },
    id: "run",
    scenario: { ...scenario, after, samplers: { everyMs: 100, off: samplers.map((it) => it.name) } },
    record: {
      dir: "/",
      run: {} as RunFile,
      zero: 0,
      journal: (event) => ({ ...event, t: 0 }) as ReturnType<RunContext["record"]["journal"]>,
      onEvent: () => ({ [Symbol.dispose]: noLine }),
      trial: () => ({ dir: "/trial", rawDir: "/trial/raw", latency: noLine, series: noLine, close: noLine }),
      redact: (text) => text,
      close: noLine,
    },
    zero: 0,
    leases: { run: "run", write: () => expect.unreachable(), all: () => [], close: noLine },
    cgroups: { version: null, reason: "a test" } as RunContext["cgroups"],
    env: {},
    signal: new AbortController().signal,
    interrupted: () => "interrupted",
    journal: (event) => events.push(event),
    guard: (write) => write(),
    progress: noLine,
  };
  await runTrial({ index: 1, block: 1, arm: { ...arm, targets: [] }, phases: scenario.phases }, run);
  return events;
}

function programOf(clock: Clock, takesMs: number): ChildProcess {
  const child = new EventEmitter();
  void clock.sleep(takesMs).then(() => child.emit("close", 0));
  return child as ChildProcess;
}

const hook = (timeoutMs: number): Hook => ({ command: ["/bin/clean-up"], timeoutMs });

test("after hooks have the time that each of them was given", async () => {
  const events = await endingOf([hook(60_000), hook(60_000)], 50_000);
  expect(events.filter((it) => it.type === "hook")).toMatchObject([{ exit: 0 }, { exit: 0 }]);
  expect(events.filter((it) => it.type === "warning")).toEqual([]);
  expect(events.at(-1)?.type).toBe("trial.end");
});
