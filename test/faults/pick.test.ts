/** Which instances are hit: as many as asked, only ready ones, the same ones for the same seed. */
import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { pickInstances, reach } from "../../runner/faults/pick.ts";
import { seeded } from "../../runner/shared/random.ts";
import { instanceOf, targetOf } from "../support/one-instance.ts";

const shop = (count: number, notReady: readonly number[] = []) =>
  targetOf(
    Array.from({ length: count }, (_, i) => ({
      ...instanceOf({ pid: 1000 + i, startedAt: 1 }, i),
      state: notReady.includes(i) ? ("starting" as const) : ("ready" as const),
    })),
  );
const ids = (options: object, target: ReturnType<typeof shop>, seed = 1) =>
  pickInstances(options, target, seeded(seed, "pick")).map((it) => it.id);

test.each([
  [{}, 3, 1],
  [{ count: 2 }, 3, 2],
  [{ count: 5 }, 3, 3],
  [{ share: 0.5 }, 3, 1],
  [{ share: 0.1 }, 3, 1],
  [{ share: 0.58 }, 50, 29],
  [{ share: 1 }, 3, 3],
])("%j of %i instances is %i", (options, desired, expected) => {
  expect(reach(options, desired)).toBe(expected);
});

test("only ready instances are hit, and none when none is", () => {
  expect(ids({ count: 3 }, shop(3, [0, 2]))).toEqual(["shop-1"]);
  expect(ids({ count: 3 }, shop(2, [0, 1]))).toEqual([]);
});

test("over seeds every instance is hit", () => {
  const hit = new Set(Array.from({ length: 100 }, (_, seed) => ids({}, shop(3), seed)[0]));
  expect([...hit].sort()).toEqual(["shop-0", "shop-1", "shop-2"]);
});

property.prop([fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 40 }), fc.nat()])(
  "the same seed hits the same instances, in order and without repeats, however they are listed",
  (size, count, seed) => {
    const target = shop(size);
    const reversed = { ...target, instances: () => target.instances().toReversed() };
    const picked = ids({ count }, target, seed);
    expect(ids({ count }, reversed, seed)).toEqual(picked);
    expect(new Set(picked).size).toBe(Math.min(count, size));
    const numbers = picked.map((it) => Number(it.slice(5)));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  },
);
