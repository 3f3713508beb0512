/** A judgement of samples: as JSON for programs, as a table for a terminal. */
import { capitalized, plainSpaces } from "../../runner/shared/format.ts";
import { painter } from "../../runner/shared/paint.ts";
import type { SampleFinding, SampleJudgement } from "../verdict/samples/judgement.ts";
import { cleaned, oneLine } from "./clean.ts";
import { summaryLines } from "./summary-lines.ts";
import { verdictWords } from "./words.ts";

/** Plain JSON: what is not finite is null. */
export const samplesJson = ({ verdict, look, metrics }: SampleJudgement) => ({
  verdict,
  ...(look === null ? {} : { look }),
  metrics: metrics.map(metricJson),
});

const metricJson = (it: SampleFinding) => ({
  name: it.name,
  verdict: it.verdict,
  ...(it.advisory ? { advisory: true } : {}),
  unit: it.unit,
  scale: it.scale,
  margin: it.bound.value,
  estimate: finite(it.estimate?.estimate),
  interval: [finite(it.estimate?.lower), finite(it.estimate?.upper)],
  p: it.p?.raw ?? null,
  pAdjusted: it.p?.adjusted ?? null,
  method: it.method,
  pairs: it.pairs,
  pairsNeeded: it.pairsNeeded,
  mde: it.mde,
  mdeFail: it.mdeFail,
  tags: it.tags,
  warnings: it.warnings.map(plainSpaces),
  because: plainSpaces(it.because),
  wouldChange: plainSpaces(it.wouldChange),
});

const finite = (value: number | null | undefined): number | null =>
  value != null && Number.isFinite(value) ? value : null;

/** Ends with a newline. Without colour it holds no escape sequence, whatever the names say. */
export function renderSamples(
  judgement: SampleJudgement,
  { color, width }: { readonly color: boolean; readonly width: number | undefined },
): string {
  const { verdict, metrics } = cleaned(judgement);
  const paint = painter(color);
  const rows = metrics.map((finding) => ({
    word: verdictWords[finding.verdict],
    name: finding.name + (finding.advisory ? " (advisory)" : ""),
    finding,
  }));
  const open = metrics.filter((it) => it.verdict === "inconclusive");
  const lines = [
    ...summaryLines(rows, width, paint),
    "",
    `${paint(`${capitalized(verdictWords[verdict].word)}:`, "bold")} ${inWords(metrics)}`,
    ...open.map((it) => oneLine(`${it.name}: ${it.because} ${it.wouldChange}`.trimEnd())),
    ...metrics.flatMap((it) => it.warnings.map((warning) => oneLine(`! ${it.name}: ${warning}`))),
  ];
  return `${plainSpaces(lines.join("\n"))}\n`;
}

/** `1 of 3 metrics regressed, 1 is undecided, 1 passes.` Advisory ones are not counted. */
function inWords(metrics: readonly SampleFinding[]): string {
  const deciding = metrics.filter((it) => !it.advisory);
  if (deciding.length === 0) return "every metric is advisory, so that nothing decides.";
  const having = (verdict: SampleFinding["verdict"]) => deciding.filter((it) => it.verdict === verdict).length;
  const [bad, open, good] = [having("regressed"), having("inconclusive"), having("pass")];
  const parts = [
    bad > 0 ? `${bad} regressed` : "",
    open > 0 ? `${open} undecided` : "",
    good > 0 ? `${good} passed` : "",
  ].filter((it) => it !== "");
  return `of ${deciding.length === 1 ? "1 metric" : `${deciding.length} metrics`} ${parts.join(", ")}.`;
}
