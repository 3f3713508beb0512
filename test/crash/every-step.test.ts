import { describe, expect, test } from "vitest";
import { faults as registered } from "../../runner/faults/registry.ts";
import { crashLeavesNothing, faults, kindOf, needOf, steps } from "../support/crash.ts";

/** The whole promise: every fault, killed before and after every line that says how far it is. */
test("every fault that can be injected is killed here", () => {
  expect([...new Set(Object.keys(faults).map(kindOf))].sort()).toEqual(registered.map((it) => it.kind).sort());
});

describe.concurrent.for(Object.keys(faults))("%s", (kind) => {
  for (const step of steps) {
    for (const when of ["before", "after"] as const) {
      needOf(kind)(`${kind}: a harness killed ${when} ${step} leaves nothing behind`, () =>
        crashLeavesNothing(kind, step, when),
      );
    }
  }
});
