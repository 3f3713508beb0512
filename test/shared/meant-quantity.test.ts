import { describe, expect, test } from "vitest";
import { meantQuantity } from "../../runner/shared/meant-quantity.ts";
import {
  type Parsed,
  parseBytes,
  parseCpu,
  parseDuration,
  parseMargin,
  parsePercent,
  parseRate,
} from "../../runner/shared/quantities.ts";
import { messagesOf, withChange } from "../support/scenario-file.ts";

const latencyMargin = (text: string) => parseMargin(text, "ms", "ratio");

describe("a quantity that can't be read", () => {
  test.each<[(text: string) => Parsed<unknown>, string, string]>([
    [parseDuration, "10 seconds", "10s"],
    [parseDuration, "10 s", "10s"],
    [parseDuration, "10S", "10s"],
    [parseDuration, "1,5 sec", "1.5s"],
    [parseDuration, "5 min", "5m"],
    [parseDuration, "2 Hours", "2h"],
    [parseDuration, "250 millis", "250ms"],
    [parseDuration, "250µs", "250us"],
    [parseRate, "50rps", "50/s"],
    [parseRate, "50 req/s", "50/s"],
    [parseRate, "50 /s", "50/s"],
    [parseRate, "600 rpm", "600/m"],
    [parsePercent, "5 percent", "5%"],
    [parseBytes, "160Mi", "160MiB"],
    [parseBytes, "160mib", "160MiB"],
    [parseBytes, "10 mb", "10MB"],
    [parseCpu, "2 cores", "2"],
    [latencyMargin, "10 Percent", "10%"],
    [latencyMargin, "5 msec", "5ms"],
  ])("%o: %s was meant as %s", (parse, text, meant) => {
    expect(parse(text).ok).toBe(false);
    expect(meantQuantity(text, parse)).toBe(`did you mean "${meant}"?`);
  });

  test.each(["10", "-10s", "ten seconds", "10m30s", "", "1e3s", "10 lightyears", "10 constructor"])(
    "and could mean anything is left alone: %j",
    (text) => {
      expect(meantQuantity(text, parseDuration)).toBeNull();
    },
  );

  test("is told in a scenario with what was meant", () => {
    expect(messagesOf(withChange("for: 20s", "for: 20 seconds"))[0]).toMatch(
      /found "20 seconds" \| did you mean "20s"\?$/,
    );
    expect(messagesOf(withChange("margin: 10%", "margin: 10 percent"))[0]).toMatch(/\| did you mean "10%"\?$/);
    expect(messagesOf(withChange("max: 5s", "max: 5 sec"))[0]).toMatch(/\| did you mean "5s"\?$/);
    expect(messagesOf(withChange("rate: { from: 300/s,", "rate: { from: 300rps,"))[0]).toMatch(
      /\| did you mean "300\/s"\?$/,
    );
  });
});
