/** A window of a soak is judged as if it were a trial of its own: by all that was recorded in it, under its declared name. */
import { expect, test } from "vitest";
import { windowsOf } from "../../reports/analyses/search/windows.ts";
import type { PhaseEvidence, TrialEvidence } from "../../reports/evidence/evidence.ts";

test("a window has the requests, and what the script measured, of its own phases", () => {
  const phase = (window: number): PhaseEvidence => ({
    ...{ name: `steady-${window}-of-2`, of: "steady", window, warmup: false, faults: [] },
    ...{ start: window * 1000, end: window * 1000 + 1000 },
  });
  const asked: (readonly string[])[] = [];
  const trial = {
    phases: [phase(1), phase(2)],
    requests: ({ phases }: { readonly phases: readonly string[] }) => void asked.push(phases),
    measured: (_: string, phases: readonly string[]) => void asked.push(phases),
  } as unknown as TrialEvidence;
  for (const it of windowsOf(trial)) {
    it.requests({ phases: ["steady"], request: null });
    it.measured("cart", ["steady"]);
    expect(it.phases.map(({ name }) => name)).toEqual(["steady"]);
  }
  const [first, second] = [["steady-1-of-2"], ["steady-2-of-2"]];
  expect(asked).toEqual([first, first, second, second]);
});
