/** The script of a load as a scenario would have it: with its hash, and with what it imports and opens. */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { findK6 } from "../../runner/engines/k6/find.ts";
import { inspectScript } from "../../runner/engines/k6/inspect.ts";
import type { ScriptSpec } from "../../runner/record/scenario.ts";

export function scriptOf(file: string): ScriptSpec {
  const script = { file, sha256: hash("sha256", readFileSync(file)) };
  const k6 = findK6(process.env);
  const inspected = typeof k6 === "string" ? k6 : inspectScript(k6, file, process.env, undefined);
  return typeof inspected === "string" ? script : { ...script, needs: inspected.needs };
}
