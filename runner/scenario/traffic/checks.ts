/** Checks of a request as the engine takes them: a list, each with a name that reports show. */
import type { CheckSpec } from "../../record/scenario.ts";
import type { Problems } from "../document/problems.ts";
import { at, child, entries, type Node } from "../document/tree.ts";
import { asPattern, type CheckInput } from "../schema/check.ts";

export function resolveCheck(check: CheckInput | undefined): CheckSpec[] {
  if (check === undefined) return [];
  const { status, header = {}, body = {} } = check;
  const codes = status === undefined ? [] : [status].flat().map(String);
  return [
    ...(codes.length > 0 ? [{ name: "status", kind: "status", codes } as const] : []),
    ...Object.entries(header).map(([name, is]): CheckSpec => {
      const field = { name: `header ${name.toLowerCase()}`, header: name.toLowerCase() };
      const regex = asPattern(is);
      return regex === null ? { ...field, kind: "header", is } : { ...field, kind: "header-matches", ...regex };
    }),
    ...(body.contains === undefined ? [] : [{ name: "body contains", kind: "contains", text: body.contains } as const]),
    ...(body.matches === undefined ? [] : [{ name: "body matches", kind: "matches", pattern: body.matches } as const]),
    ...Object.entries(body.json ?? {}).map(
      ([path, is]): CheckSpec => ({ name: `json ${path || "(all)"}`, kind: "json", path, is }),
    ),
  ];
}

/** What the schema alone can't tell: a check that could not fail, or never hold. */
export function checkCheck(request: Node, method: string, problems: Problems): void {
  const check = child(request, "check");
  if (check === undefined) return;
  const body = child(check, "body");
  if (entries(check).length === 0) problems.inside(check, "expected status, header or body, found none of them");
  if (body !== undefined && entries(body).length === 0)
    problems.inside(body, "expected contains, matches or json, found none of them");
  if (body !== undefined && method === "HEAD") problems.at(body, "the answer to HEAD has no body");
  const names = new Set<string>();
  for (const [name, node] of entries(at(check, ["header"]))) {
    if (names.has(name.toLowerCase())) problems.at(node, `two checks are on the header "${name.toLowerCase()}"`);
    names.add(name.toLowerCase());
  }
}
