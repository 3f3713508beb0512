/** A regression is final when a second session agrees about the same gate. */
import { describe, expect, test } from "vitest";
import { confirmed } from "../../reports/verdict/confirmation.ts";
import { regressed } from "../support/judgements/regressed.ts";

const bad = regressed.gates.filter((it) => it.verdict === "regressed" && !it.advisory);
const verdicts = (agreeing: readonly string[]) =>
  confirmed(regressed.gates, { run: "second", verdict: "regressed", regressed: [...agreeing] })
    .filter((it) => bad.some(({ id }) => id === it.id))
    .map((it) => [it.verdict, it.tags.at(-1)]);

describe("a regression", () => {
  test("that the second session finds too stays one", () => {
    expect(verdicts(bad.map((it) => it.id))).toEqual(bad.map(() => ["regressed", "confirmed"]));
  });

  test("that it does not find is undecided, and says so", () => {
    expect(verdicts([])).toEqual(bad.map(() => ["inconclusive", "not confirmed"]));
    const [gate] = confirmed(bad, { run: "second", verdict: "pass", regressed: [] });
    expect(gate?.because).toContain("second session does not agree (second)");
  });

  test("is not confirmed by another gate's", () => {
    expect(verdicts(["some-other-gate"])).toEqual(bad.map(() => ["inconclusive", "not confirmed"]));
  });

  test("stays one when the second session proves nothing", () => {
    const [gate] = confirmed(bad, { run: "second", verdict: "invalid", regressed: [] });
    expect(gate).toMatchObject({ verdict: "regressed", because: expect.stringContaining("it confirms nothing") });
    expect(gate?.tags.at(-1)).toBe("not yet confirmed");
  });

  test("of which no second session was asked is left alone", () => {
    expect(confirmed(regressed.gates, null)).toEqual(regressed.gates);
  });
});
