/** From the text of a session to what is judged: everything that is wrong with it at once, each at its place. */
import type { SampledMetric, SampleSession } from "../../../reports/verdict/samples/judgement.ts";
import { askedOfMetric, sizeOf } from "../../../reports/verdict/samples/prepare.ts";
import type { Diagnostic } from "../../scenario/document/diagnostics.ts";
import { collectProblems, type Problems } from "../../scenario/document/problems.ts";
import { child, items, type Node, text } from "../../scenario/document/tree.ts";
import { foundText, validate } from "../../scenario/document/validate.ts";
import { checkFields } from "../../scenario/draft.ts";
import type { Parsed } from "../../shared/quantities.ts";
import { amountIn, defaultMargin, type Measured, marginIn } from "./amount.ts";
import { readJson } from "./read-json.ts";
import { type Data, dataSchema, fields, type Head, headSchema, levelsSchema, listSchema } from "./schema.ts";

type ReadSession =
  | { readonly ok: true; readonly session: SampleSession }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** @param name how messages call the text: its file */
export function readSession(source: string, name: string): ReadSession {
  const problems = collectProblems(name, source);
  const root = readJson(source, problems);
  const session = root === undefined ? undefined : sessionOf(root, problems);
  const diagnostics = problems.list();
  return session === undefined || diagnostics.length > 0 ? { ok: false, diagnostics } : { ok: true, session };
}

/** Undefined after a problem was told. */
function sessionOf(root: Node, problems: Problems): SampleSession | undefined {
  checkFields(root, fields.session, problems);
  const levels = validate(levelsSchema, root, problems);
  if (validate(listSchema, root, problems) === undefined) return undefined;
  const nodes = items(child(root, "metrics"));
  checkNames(nodes, problems);
  const metrics = nodes.map((it) => metricOf(it, problems)).filter((it) => it !== undefined);
  if (levels === undefined) return undefined;
  const { alpha, alphaFail, looks = null } = levels;
  const last = looks?.at(-1) ?? Number.POSITIVE_INFINITY;
  const most = Math.max(0, ...metrics.map(sizeOf));
  const place = child(root, "looks");
  if (most > last && place !== undefined)
    problems.at(
      place,
      `expected no more pairs than the last look, ${last}, found ${most}`,
      "all levels are spent by then",
    );
  return { alpha, alphaFail, looks, metrics };
}

function checkNames(nodes: readonly Node[], problems: Problems): void {
  const taken = new Set<string>();
  for (const it of nodes) {
    const node = child(it, "name");
    const name = text(node);
    if (node === undefined || name === undefined) continue;
    if (taken.has(name))
      problems.at(node, `two metrics are named "${name}"`, "each name once: it is how the answer calls it");
    taken.add(name);
  }
}

/** Undefined after a problem was told. */
function metricOf(node: Node, problems: Problems): SampledMetric | undefined {
  checkFields(node, fields.metric, problems);
  const head = validate(headSchema, node, problems);
  const data = validate(dataSchema, node, problems);
  const limits = head && limitsOf(head, node, problems);
  const samples = data && samplesOf(data, node, problems);
  if (head === undefined || limits === undefined || samples === undefined) return undefined;
  const { name, unit, better, advisory, kind = null } = head;
  const metric = { name, unit, better, advisory, kind, ...limits, ...samples, obstacle: null };
  checkRatio(metric, node, problems);
  return metric;
}

function limitsOf(head: Head, node: Node, problems: Problems): Pick<SampledMetric, "margin" | "floor"> | undefined {
  const { unit, floor: least } = head;
  const measured: Measured = { ...head, kind: head.kind ?? null };
  const value = <T>(field: string, parsed: Parsed<T>, hint: string | null = null): T | undefined => {
    if (parsed.ok) return parsed.value;
    const at = child(node, field);
    if (at === undefined) problems.inside(node, `expected ${parsed.expected}, found none`, hint);
    else problems.at(at, `expected ${parsed.expected}, found ${foundText(at)}`, hint);
    return undefined;
  };
  const margin =
    head.margin === undefined
      ? value("margin", defaultMargin(measured), 'add one, such as "margin": "5%"')
      : value("margin", marginIn(head.margin, measured));
  const floor = least === undefined ? 0 : value("floor", amountIn(least, unit));
  if (margin?.kind === "absolute" && least !== undefined)
    problems.atKey(node, "floor", "floor goes with a margin in percent; this one is absolute already", "remove it");
  return margin === undefined || floor === undefined ? undefined : { margin, floor };
}

function samplesOf(
  { pairs, baseline, candidate }: Data,
  node: Node,
  problems: Problems,
): Pick<SampledMetric, "paired" | "baseline" | "candidate"> | undefined {
  if (pairs !== undefined && baseline === undefined && candidate === undefined)
    return { paired: true, baseline: pairs.map(([it]) => it), candidate: pairs.map(([, it]) => it) };
  if (pairs === undefined && baseline !== undefined && candidate !== undefined)
    return { paired: false, baseline, candidate };
  const given = Object.entries({ pairs, baseline, candidate }).flatMap(([key, it]) => (it === undefined ? [] : [key]));
  const found = given.length === 0 ? "none of them" : given.join(" and ");
  problems.inside(node, `expected either pairs, or both baseline and candidate, found ${found}`);
  return undefined;
}

/** A ratio has neither zeros nor negative values. */
function checkRatio(metric: SampledMetric, node: Node, problems: Problems): void {
  if (askedOfMetric(metric).scale !== "ratio") return;
  const values = metric.paired
    ? items(child(node, "pairs")).flatMap(items)
    : [child(node, "baseline"), child(node, "candidate")].flatMap(items);
  for (const it of values) {
    if ((it.value as number) > 0) continue;
    problems.at(
      it,
      `a margin in percent compares ratios, which need values above zero, found ${foundText(it)}`,
      'compare the difference instead: a margin in the metric\'s unit, such as "margin": 0.5',
    );
  }
}
