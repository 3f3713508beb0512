/** The formats for machines, pull requests and terminals. */
import { describe, expect, test } from "vitest";
import { cleanText } from "../../reports/render/clean.ts";
import { decidesFrom } from "../../reports/render/facts.ts";
import { renderJson } from "../../reports/render/json.ts";
import { renderJunit } from "../../reports/render/junit.ts";
import { renderMarkdown } from "../../reports/render/markdown.ts";
import { renderTerminal } from "../../reports/render/terminal.ts";
import { gatesInWords } from "../../reports/render/words.ts";
import type { Judgement } from "../../reports/verdict/judgement.ts";
import { byVerdict, worstOf } from "../../reports/verdict/order.ts";
import { plainSpaces } from "../../runner/shared/format.ts";
import { hostile } from "../support/judgements/hostile.ts";
import { interrupted } from "../support/judgements/interrupted.ts";
import { regressed } from "../support/judgements/regressed.ts";
import { singleArm } from "../support/judgements/single-arm.ts";

const withVerdicts = (...verdicts: readonly Judgement["verdict"][]): Judgement => ({
  ...regressed,
  verdict: worstOf(verdicts),
  claims: [],
  gates: regressed.gates
    .slice(0, verdicts.length)
    .map((it, i) => ({ ...it, verdict: verdicts[i] ?? "pass", advisory: false })),
});

describe("judgement.json", () => {
  test("gives the judgement back, verdict first, and ends with a newline", () => {
    const json = renderJson(regressed);
    expect(JSON.parse(json)).toEqual(regressed);
    expect(json.split("\n").slice(0, 3).join("")).toBe('{  "schema": 1,  "verdict": "regressed",');
    expect(json.endsWith("}\n")).toBe(true);
  });

  test("does not depend on the order in which its parts were made", () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, it]) => [key, reversed(it)]),
      );
    };
    expect(renderJson(reversed(regressed) as Judgement)).toBe(renderJson(regressed));
  });
});

describe("junit.xml", () => {
  test("a worse gate fails, an open one is skipped, each with what decided", () => {
    const xml = renderJunit(withVerdicts("regressed", "failed", "inconclusive", "pass"));
    expect(xml).toContain('tests="4" failures="2" errors="0" skipped="1" time="272.000"');
    expect(xml).toContain('<failure type="regressed" message="regressed: +135 % (121 % to 150 %), allowed 25 %">');
    expect(xml).toContain('<skipped message="inconclusive: +300 ms (−200 ms to 800 ms), allowed 500 ms">');
  });

  test("of an invalid run no gate passes or fails: the run is the error", () => {
    const xml = renderJunit(withVerdicts("invalid", "invalid"));
    expect(xml).toContain('tests="3" failures="0" errors="1" skipped="2"');
    expect(xml).toContain('name="the run">\n      <error type="invalid"');
  });

  test("an advisory gate and a claim never fail a build", () => {
    const advisory = { ...regressed, gates: regressed.gates.map((it) => ({ ...it, advisory: true })) };
    const refuted = { ...advisory, claims: regressed.claims.map((it) => ({ ...it, claim: "refuted" as const })) };
    const open = { ...refuted, verdict: "inconclusive" } as const;
    expect(renderJunit(open)).toContain('failures="0" errors="0" skipped="5"');
  });

  test.for([
    ["invalid", '<error type="invalid" message="It ended early.">'],
    ["failed", '<failure type="failed" message="It ended early.">'],
    ["inconclusive", '<skipped message="It ended early.">'],
  ] as const)("a run that is %s when its gates are not has a case of its own, with its reasons", ([verdict, told]) => {
    const passing = withVerdicts("pass", "pass");
    const reasons = ["It ended early.", "invalid: Trials: 2 of 10"];
    const xml = renderJunit({ ...passing, verdict, headline: "It ended early.", reasons });
    expect(xml).toContain('tests="3"');
    expect(xml).toContain(`name="the run">\n      ${told}It ended early.\ninvalid: Trials: 2 of 10</`);
    expect(renderJunit({ ...passing, verdict: "pass" })).not.toContain("the run");
    expect(renderJunit({ ...withVerdicts("regressed"), verdict: "failed" })).not.toContain("the run");
  });

  test("no build fails by a gate of a run that the host was too noisy for", () => {
    const xml = renderJunit({ ...withVerdicts("regressed", "pass"), verdict: "inconclusive" });
    expect(xml).toContain('tests="3" failures="0" errors="0" skipped="2"');
    expect(xml).toContain('<skipped message="regressed: +135 %');
  });

  test("has a case for every gate and claim, with what it rests on, also for those that pass", () => {
    const xml = renderJunit(regressed);
    const cases = xml.match(/<testcase /g)?.length;
    expect(cases).toBe(regressed.gates.length + regressed.claims.length);
    expect(xml.match(/<property name="passes from"/g)?.length).toBe(cases);
    const passed = /name="Response time p50[^>]*>([\s\S]*?)<\/testcase>/.exec(xml)?.[1];
    for (const property of [
      '"estimate" value="+1.6 %"',
      '"interval" value="−0.4 % to 3.6 %"',
      '"allowed" value="15 %"',
      '"trials" value="5 pairs"',
      '"passes from" value="4.3 %"',
      '"fails from" value="+12 %"',
      '"A12" value="0.96"',
    ])
      expect(passed).toContain(`<property name=${property}/>`);
    expect(passed).not.toMatch(/<failure|<error|<skipped/);
    expect(xml).toContain('<property name="false alarms" value="The method promises');
  });

  test("holds no character that XML forbids", () => {
    const forbidden = [...renderJunit(hostile)].filter((it) => {
      const code = it.codePointAt(0) ?? 0;
      return (
        (code < 0x20 && code !== 9 && code !== 10) ||
        (code >= 0xd800 && code <= 0xdfff) ||
        code === 0xfffe ||
        code === 0xffff
      );
    });
    expect(forbidden).toEqual([]);
  });
});

describe("report.md", () => {
  test("says the verdict, lists the gates, and what to do next", () => {
    const md = renderMarkdown(regressed);
    expect(md).toMatch(/^## ✗ Regressed: shop-survives-a-kill\n\np99 in steady rose by 135 %/);
    expect(md).toContain(
      "| ✗ regressed | Response time p99 · steady · checkout | 41.0 ms | 100.3 ms | **+135 %** (121 % to 150 %) | 25 % | 5 pairs | 4.3 % / +12 % |",
    );
    expect(md).toContain("Measured: 0 false alarms in 24 A/A sessions here (0 %, 95 % interval 0 % to 14.2 %)");
    expect(md).toContain("**Recovery · after hungry**: The interval reaches");
    expect(md).toContain("To change it: about 9 more pairs (14 in all) would be likely to decide it");
    expect(md).toContain("Next: `shakedown run scenarios/shop.yaml");
  });

  test("fits into a comment of a pull request, however much there is to say: what did not pass comes first, the rest is counted", () => {
    const many = <T>(all: readonly T[], times: number): T[] => Array.from({ length: times }, () => all).flat();
    for (const judgement of [regressed, hostile]) {
      const md = renderMarkdown({
        ...judgement,
        headline: judgement.headline.repeat(200),
        reasons: many(judgement.reasons, 500),
        gates: many(judgement.gates, 500).sort((a, b) => byVerdict(a.verdict, b.verdict)),
        claims: many(judgement.claims, 500),
        trust: many(judgement.trust, 500),
        next: judgement.next?.repeat(500) ?? null,
      });
      expect(md.length).toBeLessThan(65_536);
      expect(md).toMatch(/\| … and \d+ more \| {2}\|/);
      expect(md).toMatch(/^\| ✗ regressed/m);
    }
  });

  test("leads from a gate to its line, and to where the whole report is, when it is told where they are", () => {
    const at = { line: 31, column: 5 };
    const gates = regressed.gates.map((it) => ({ ...it, condition: { ...it.condition, at } }));
    const links = {
      run: "https://git.example/o/r/actions/runs/7",
      scenario: "https://git.example/o/r/blob/abc/shop.yaml",
    };
    const md = renderMarkdown({ ...regressed, gates }, links);
    expect(md).toContain("[Response time p50 · steady · checkout](<https://git.example/o/r/blob/abc/shop.yaml#L31>)");
    expect(md).toContain("[Whole report](<https://git.example/o/r/actions/runs/7>)");
    expect(renderMarkdown({ ...regressed, gates })).not.toContain("](<");
  });

  test("a name can't break a table, close a fence, make a link or call a user", () => {
    const name = "a|b\n| `c` [x](http://y) @team <b>";
    const md = renderMarkdown({
      ...singleArm,
      gates: singleArm.gates.map((it) => ({ ...it, title: name })),
      next: "a `b`",
    });
    expect(md).toContain("a\\|b \\| \\`c\\` \\[x\\](http://y) &#64;team &lt;b&gt;");
    expect(md).toContain("`` a `b` ``");
  });
});

test("gates of a run that is not decided by them would stop a release, and stop none", () => {
  expect(gatesInWords(withVerdicts("regressed", "pass"))).toBe("1 of 2 gates stops this release.");
  const noisy = { ...withVerdicts("regressed", "pass"), verdict: "inconclusive" } as const;
  expect(gatesInWords(noisy)).toBe("1 of 2 gates would stop this release.");
});

describe("the end of a run on a terminal", () => {
  test("columns line up", () => {
    const lines = renderTerminal(regressed, { color: false }).split("\n").slice(0, 7);
    expect(new Set(lines.map((it) => it.indexOf("allowed"))).size).toBe(1);
    expect(new Set(lines.slice(0, 7).map((it) => it.indexOf("→"))).size).toBe(1);
  });

  test("a side without any value says whether it failed or was not measured", () => {
    const gate = regressed.gates[0] as Judgement["gates"][number];
    const told = (worst: boolean) => {
      const trials = gate.trials.map((it) => (it.arm === gate.arm ? { ...it, value: null, worst } : it));
      const gates = [{ ...gate, candidate: null, change: null, trials }];
      return renderTerminal({ ...regressed, gates }, { color: false });
    };
    expect(told(true)).toContain("no value  (failed or not over in time)");
    expect(told(false)).toContain("no value  (not measured)");
  });

  test("without colour there is no escape sequence, with colour none comes from the judgement", () => {
    expect(renderTerminal(hostile, { color: false })).not.toContain("\u001b");
    const sequences = renderTerminal(hostile, { color: true }).split("\u001b").slice(1);
    expect(sequences.filter((it) => !/^\[(?:1|2|22|31|32|33|39)m/.test(it))).toEqual([]);
    expect(sequences.length).toBe(2 * (hostile.gates.length + hostile.claims.length + 1));
  });

  test.for([60, 80, 100, 120])("fits in %d columns, and still names every verdict and bound", (width) => {
    const lines = renderTerminal(regressed, { color: false, width }).split("\n").slice(0, 8);
    expect(Math.max(...lines.map((it) => it.length))).toBeLessThanOrEqual(width);
    expect(lines[0]).toMatch(/✗ regressed.*\+135 %.*allowed 25 %/);
  });

  test("a reason that several open gates have in common is told once, in a pull request too", () => {
    const because = "No trial gave a value.";
    const open = withVerdicts("inconclusive", "inconclusive");
    const alike = { ...open, gates: open.gates.map((it) => ({ ...it, because, wouldChange: "" })) };
    const names = alike.gates.map((it) => it.title);
    const terminal = renderTerminal(alike, { color: false });
    expect(terminal.split(because)).toHaveLength(2);
    const [line = ""] = /^~ .*: No trial gave a value\.$/m.exec(terminal) ?? [];
    for (const it of names) expect(line).toContain(it);
    expect(renderMarkdown(alike).split(because)).toHaveLength(2);
  });

  test("from where on a gate decides is told in two digits of the unit that is read", () => {
    const MiB = 2 ** 20;
    const gate = regressed.gates[0] as Judgement["gates"][number];
    const memory = {
      ...{ ...gate, mde: 0.1907 * MiB, mdeFail: 15.259 * MiB, metric: { ...gate.metric, unit: "bytes" as const } },
      bound: { kind: "margin" as const, relative: false, value: MiB },
    };
    expect(decidesFrom(memory)?.words.map(plainSpaces)).toEqual(["passes from 200 KiB", "fails from +15 MiB"]);
  });

  test("a claim that stays open has its reason below the rows, as a gate has", () => {
    const because = "Fewer than ten requests are expected beyond p99.";
    const claims = regressed.claims.map((it) => ({ ...it, claim: "inconclusive" as const, because }));
    const terminal = renderTerminal({ ...regressed, claims }, { color: false });
    for (const it of claims) expect(terminal).toMatch(new RegExp(`^~ .*${it.title}.*: ${because}$`, "m"));
  });

  test("a log has no edge: nothing is cut; a terminal gives up from where on it decides before it cuts a name", () => {
    const [gate] = regressed.gates;
    if (gate === undefined) throw new Error("no gate");
    const name = "Response time p99 · steady · of a request with a long name";
    const gates = [{ ...gate, mde: 0.04, condition: { ...gate.condition, label: null }, title: name }];
    const row = (width: number | undefined) =>
      renderTerminal({ ...regressed, gates, claims: [] }, { color: false, width }).split("\n")[0] ?? "";
    expect(row(undefined)).toContain(name);
    expect(row(undefined)).toContain("passes from 4 %");
    expect(row(130)).toContain(name);
    expect(row(130)).not.toContain("passes from");
  });

  test("more than ten times what is bounded is no size: so few trials decide nothing", () => {
    const [gate] = regressed.gates;
    if (gate === undefined) throw new Error("no gate");
    const told = (mde: number, mdeFail: number, bound = gate.bound) =>
      plainSpaces(decidesFrom({ ...gate, bound, mde, mdeFail })?.words.join(", ") ?? "");
    expect(told(0.31, 9.9)).toBe("passes from 31 %, fails from +990 %");
    expect(told(11, 2_900)).toBe("passes from over 1000 %, fails from over +1000 %");
    expect(told(499, 12e9, { kind: "max", relative: false, value: 500 })).toBe("decides from −500 ms / over +5 s");
  });

  test("says that it failed, and why", () => {
    const run = { ...interrupted.run, status: "failed", statusReason: "nothing got ready" } as const;
    expect(renderTerminal({ ...interrupted, run }, { color: false })).toContain(
      "! this run failed: nothing got ready.\n",
    );
  });

  test("says that it was interrupted, and where the report is", () => {
    expect(renderTerminal(interrupted, { color: false, paths: ["results/x/report.html"] })).toBe(
      "Inconclusive: The run ended before its first trial did.\n! this run was interrupted: Ctrl-C.\n\nreport  results/x/report.html\n",
    );
  });
});

test("what a terminal or a browser would obey is replaced; right-to-left text and line ends stay", () => {
  expect(cleanText("a\u0000\u001b[2J\u202eb\u0085\ud800")).toBe("a\ufffd\ufffd[2J\ufffdb\ufffd\ufffd");
  expect(cleanText("שלום\u200f\r\nx\ty")).toBe("שלום\u200f\nx\ty");
});
