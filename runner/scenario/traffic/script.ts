/** The k6 script of a load: it is there, its engine runs it, and it leaves nothing to the scenario that it does itself. */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { findK6 } from "../../engines/k6/find.ts";
import { inspectScript } from "../../engines/k6/inspect.ts";
import type { LoadSpec, ScriptSpec } from "../../record/scenario.ts";
import { isFile } from "../../shared/files.ts";
import type { CheckContext } from "../context.ts";
import { child, isMap, type Node, text } from "../document/tree.ts";
import { nearFile } from "../programs.ts";

export function checkScript(load: Node, { problems, folder }: CheckContext): void {
  if (!isMap(load)) return;
  const script = child(load, "script");
  const requests = child(load, "requests");
  if (script === undefined && requests === undefined) problems.inside(load, '"requests" is missing');
  if (text(child(load, "engine")) !== "k6") {
    for (const key of ["script", "exact"]) {
      const node = child(load, key);
      if (node !== undefined) problems.at(node, `"${key}" goes with engine: k6`);
    }
    return;
  }
  if (script === undefined) return;
  for (const key of ["requests", "flows", "feeds", "think"]) {
    const node = child(load, key);
    if (node !== undefined)
      problems.at(node, `a script sends its own requests: "${key}" would do nothing`, "remove one of them");
  }
  const file = text(script);
  if (file !== undefined && !isFile(resolve(folder, file)))
    problems.at(script, `there is no file "${file}"`, nearFile(resolve(folder, file)));
  if (file?.endsWith(".tar") && (child(load, "rate") ?? child(load, "connections")) !== undefined) {
    problems.at(
      script,
      "an archive keeps the scenarios that it was made with",
      "name the script itself, or leave out rate and connections",
    );
  }
}

/** As written. */
export function scriptSpec(file: string, { folder }: Pick<CheckContext, "folder">): ScriptSpec {
  const path = resolve(folder, file);
  const content = isFile(path) ? readFileSync(path) : "";
  return { file, sha256: hash("sha256", content) };
}

/** Its script with what that imports and opens. */
export function withNeeds(load: LoadSpec, { folder, env }: Pick<CheckContext, "folder" | "env">): LoadSpec {
  const { script, tls } = load;
  const k6 = script === undefined ? "" : findK6(env);
  if (script === undefined || typeof k6 === "string") return load;
  const inspected = inspectScript(k6, resolve(folder, script.file), env, tls);
  if (typeof inspected === "string" || inspected.needs.length === 0) return load;
  return { ...load, script: { ...script, needs: inspected.needs } };
}
