/** Options of faults: units, bounds of sense, and a schema that an editor can use. */
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { faultNamed, faults } from "../../runner/faults/registry.ts";

const parse = (kind: string, options: object) => faultNamed(kind)?.options.safeParse(options);
const problem = (kind: string, options: object) =>
  parse(kind, options)
    ?.error?.issues.map((it) => it.message)
    .join("; ");

test("units become plain numbers, and what is left out has its default", () => {
  expect(parse("latency", { delay: "200ms", jitter: "20ms" })?.data).toEqual({
    delay: 200,
    jitter: 20,
    stream: "downstream",
    share: 1,
  });
  expect(parse("bandwidth", { rate: "64KiB/s", share: "50%", stream: "both" })?.data).toEqual({
    rate: 65536,
    share: 0.5,
    stream: "both",
  });
  expect(parse("memory-pressure", {})?.data).toEqual({ headroom: 8 * 2 ** 20 });
  expect(parse("cpu-pressure", { to: "100m" })?.data).toEqual({ to: 0.1 });
  expect(parse("pod-kill", { count: 2 })?.data).toEqual({ count: 2, signal: "SIGKILL" });
});

test.each([
  ["latency", { delay: "200" }, 'expected a duration such as "10s", "500ms", "2m" or "1h", found "200"'],
  ["latency", { delay: 200 }, 'expected a duration such as "10s"'],
  ["latency", { delay: "1s", share: "0%" }, "expected more than zero"],
  ["latency", { delay: "1s", share: "150%" }, 'expected at most "100%"'],
  ["bandwidth", { rate: "0KiB/s" }, "expected more than zero"],
  ["pause", { count: 1, share: "50%" }, "expected either count or share, found both"],
  ["pause", { count: 0 }, ">=1"],
  ["pause", { cuont: 1 }, "cuont"],
  ["pod-kill", { signal: "SIGSEGV" }, "SIGKILL"],
  ["cpu-pressure", {}, "expected either to"],
  ["cpu-pressure", { to: "100m", burn: 1 }, "expected either to"],
  ["cpu-pressure", { to: "1m" }, 'expected at least "10m"'],
  ["down", { share: "50%" }, "share"],
])("%s %j is refused", (kind, options, message) => {
  expect(problem(kind, options)).toContain(message);
});

describe.each(faults.map((it) => [it.kind, it] as const))("%s", (kind, fault) => {
  test("has a JSON Schema in which every option is described", () => {
    const schema = z.toJSONSchema(fault.options, { io: "input" });
    expect(schema.additionalProperties).toBe(false);
    for (const [name, option] of Object.entries(schema.properties ?? {})) {
      expect(option, `${kind}.${name}`).toHaveProperty("description");
    }
  });

  test("has a kind in kebab-case and one sentence of help", () => {
    expect(kind).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(fault.help).not.toBe("");
  });

  property.prop([
    fc.record({ count: fc.option(fc.anything()), share: fc.option(fc.anything()), delay: fc.anything() }),
  ])("says what is wrong with anything at all, and never throws", (anything) => {
    const result = fault.options.safeParse(anything);
    expect(result.success || result.error.issues.length > 0).toBe(true);
  });
});
