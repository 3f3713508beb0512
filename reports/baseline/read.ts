/** The text of a stored baseline to its values, or to what is wrong with it: never to "there is none". */
import { z } from "zod";
import { conditionKey } from "../../runner/record/condition-key.ts";
import { metricNamed } from "../../runner/record/metrics.ts";
import { UserError } from "../../runner/shared/errors.ts";
import { BASELINE_SCHEMA, type StoredBaseline, storedBaseline } from "./format.ts";
import { placeIn } from "./place.ts";

/**
 * @param file how the user knows it
 * @param mend the command that makes it anew
 * @throws UserError for anything that is not a whole baseline of a version that this one reads
 */
export function readBaseline(text: string, file: string, mend: string): StoredBaseline {
  const refused = (why: string, hint = mend): UserError =>
    new UserError(`the stored baseline ${file} ${why}`, { hint });
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw refused(`can't be read: it is no JSON (${(error as Error).message})`);
  }
  const schema = z.object({ schema: z.int() }).safeParse(raw).data?.schema;
  if (schema === undefined) throw refused("can't be read: it has no schema version");
  if (schema > BASELINE_SCHEMA) {
    const by = z.object({ versions: z.object({ shakedown: z.string() }) }).safeParse(raw).data?.versions.shakedown;
    const writer = `shakedown ${by ?? "of a newer version"}`;
    throw refused(`has schema ${schema}; this version reads up to ${BASELINE_SCHEMA}`, `use ${writer}, or ${mend}`);
  }
  const result = storedBaseline.safeParse(raw);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw refused(`is damaged: ${issue?.path.join(".") || "its fields"}: ${issue?.message ?? "unreadable"}`);
  }
  const wrong = wrongIn(result.data);
  if (wrong !== null) throw refused(`is damaged: ${wrong}`);
  return result.data;
}

/** What a schema can't say. */
function wrongIn({ trials, samples, reference }: StoredBaseline): string | null {
  if (trials.length < 2) return "it has fewer than two trials";
  const keys = samples.map((it) => conditionKey(placeIn(it)));
  for (const [i, it] of samples.entries()) {
    const name = keys[i] as string;
    if (keys.indexOf(name) !== i) return `${name} is in it twice`;
    if ((it.values === undefined) === (it.absent === undefined)) return `${name} needs values, or why it is absent`;
    for (const row of [it.values, it.reference]) {
      if (row !== undefined && row.length !== trials.length)
        return `${name} has ${row.length} values for ${trials.length} trials`;
    }
    if (it.reference !== undefined && reference === null) return `${name} has values of a reference, which has no hash`;
    const metric = metricNamed(it.metric);
    if (metric !== undefined && metric.unit !== it.unit)
      return `${name} is in ${it.unit}, but this version measures it in ${metric.unit}`;
  }
  return null;
}
