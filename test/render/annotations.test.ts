/** Workflow commands of GitHub, read as its runner reads them. */
import { describe, expect, test } from "vitest";
import { renderAnnotations } from "../../reports/render/annotations.ts";
import type { Finding, Judgement } from "../../reports/verdict/judgement.ts";
import { hostile } from "../support/judgements/hostile.ts";
import { interrupted } from "../support/judgements/interrupted.ts";
import { invalid } from "../support/judgements/invalid.ts";
import { regressed } from "../support/judgements/regressed.ts";
import { singleArm } from "../support/judgements/single-arm.ts";

interface Annotation {
  readonly level: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

const unescaped = (text: string, codes: Readonly<Record<string, string>>): string =>
  Object.entries(codes)
    .reduce((it, [code, char]) => it.replaceAll(code, char), text)
    .replaceAll("%25", "%");
const data = { "%0D": "\r", "%0A": "\n" };

/** As `ActionCommand.TryParseV2` of actions/runner does: a line each, properties up to the next `::`. */
function read(text: string): Annotation[] {
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [, level = "", properties = "", message = ""] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? [];
      expect(["error", "warning", "notice"]).toContain(level);
      const pairs = properties.split(",").map((it) => {
        const [key = "", value = ""] = it.split(/=(.*)/s);
        return [key, unescaped(value, { ...data, "%3A": ":", "%2C": "," })];
      });
      return { level, properties: Object.fromEntries(pairs), message: unescaped(message, data) };
    });
}

const at = { line: 31, column: 5 };
const placed = <F extends Finding>(all: readonly F[]): F[] =>
  all.map((it) => ({ ...it, condition: { ...it.condition, at } }));
const annotations = (
  judgement: Judgement,
  inconclusive?: "pass" | "fail",
  file: string | null = "scenarios/a,b:c.yaml",
) => read(renderAnnotations({ ...judgement, gates: placed(judgement.gates) }, { file, inconclusive }));

describe("annotations", () => {
  test("stand at every gate that did not pass: errors for what stops, a warning for what is open", () => {
    const all = annotations(regressed);
    expect(all.map((it) => [it.level, it.properties.title])).toEqual([
      ["error", "Response time p99 · steady · checkout: regressed"],
      ["error", "Recovery · after one-dies: failed"],
      ["warning", "Recovery · after hungry: inconclusive"],
    ]);
    for (const it of all) expect(it.properties).toMatchObject({ file: "scenarios/a,b:c.yaml", line: "31", col: "5" });
    expect(all[0]?.message).toBe(
      "+135 % (121 % to 150 %), allowed 25 %.\nThe whole interval is above the margin of 25 %: it is slower in all five pairs.\nTo change it: a margin above 150 % would let it pass, one above 135 % would leave it undecided.",
    );
  });

  test("of an open gate follow what the exit code makes of it", () => {
    const open = (as?: "pass" | "fail") =>
      annotations(regressed, as).find((it) => it.properties.title?.includes("hungry"));
    expect(open("pass")?.level).toBe("warning");
    expect(open("fail")?.level).toBe("error");
  });

  test("of an undecided run hold no error: its regressed gate stops nothing", () => {
    const noisy = { ...regressed, verdict: "inconclusive", headline: "The host was too noisy." } as const;
    expect(new Set(annotations(noisy).map((it) => it.level))).toEqual(new Set(["warning"]));
    expect(annotations(noisy)[0]).toMatchObject({ properties: { title: "shop-survives-a-kill: inconclusive" } });
    expect(annotations(noisy)[0]?.message).toContain("The host was too noisy. 2 of 6 gates would stop this release");
  });

  test("of what only advises, and of claims, are notices", () => {
    const judgement: Judgement = {
      ...singleArm,
      gates: regressed.gates.slice(0, 1).map((it) => ({ ...it, advisory: true })),
      claims: regressed.claims.map((it) => ({ ...it, claim: "refuted" })),
    };
    expect(annotations(judgement).map((it) => [it.level, it.properties.title])).toEqual([
      ["notice", "first: pass"],
      ["notice", "Response time p99 · steady · checkout: regressed (advisory)"],
      ["notice", "Response time p99 · kill · checkout: claim refuted"],
    ]);
  });

  test("say that a run passed, and that one can't be believed or ended early", () => {
    expect(annotations(singleArm).map((it) => [it.level, it.message])).toEqual([
      ["notice", "All gates pass. The only gate passes."],
    ]);
    expect(annotations(invalid)[0]).toMatchObject({ level: "error" });
    expect(annotations(interrupted)).toMatchObject([
      { level: "warning", message: expect.stringContaining("ended before") },
    ]);
  });

  test("name no line of a file outside of the repository", () => {
    for (const it of annotations(regressed, undefined, null)) expect(Object.keys(it.properties)).toEqual(["title"]);
  });

  test("can't be broken out of by what a scenario's author wrote", () => {
    const all = annotations(hostile);
    expect(all.length).toBe(hostile.gates.filter((it) => it.verdict !== "pass").length);
    for (const it of all) expect(Object.keys(it.properties)).toEqual(["file", "line", "col", "title"]);
    const [first] = hostile.gates;
    const sly = {
      ...hostile,
      gates: [
        { ...(first as Finding), title: "x,file=/etc/passwd::y%0A\n::error::z", because: "100%\r\n::stop-commands::t" },
      ],
    };
    const [told, ...more] = annotations(sly);
    expect(more).toEqual([]);
    expect(told?.properties.title).toContain("x,file=/etc/passwd::y%0A");
    expect(told?.message).toContain("100%\n::stop-commands::t");
  });
});
