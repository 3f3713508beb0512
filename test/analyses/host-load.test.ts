/** The machine's load average is told beside pressure and steal, and decides nothing. */
import { expect, test } from "vitest";
import { validity } from "../../reports/analyses/validity/validity.ts";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { fakeRecord } from "../support/fake-record.ts";
import { scratch } from "../support/scratch.ts";

test("the host's load is told with the number of processors; without readings nothing is said, least of all zero", () => {
  using tmp = scratch();
  const evidence = loadEvidence(fakeRecord(tmp.dir, { pairs: 1, faults: false }));
  const host = (value: number | null) => {
    const trials = evidence.trials.map((trial) => ({
      ...trial,
      series: (metric: string) => {
        if (metric !== "host.load") return trial.series(metric);
        return value === null ? [] : [{ labels: {}, t: Float64Array.of(1, 2), x: Float64Array.of(value, value / 2) }];
      },
    }));
    return validity({ ...evidence, trials }).find((it) => it.title === "Host");
  };
  expect(host(14)).toMatchObject({ status: "ok", text: expect.stringContaining("load up to 14.0 on 2 processors") });
  expect(host(null)?.text).not.toContain("load");
});
