/** Requests: one method each, names that tell them apart; what is sent for each. */
import { withoutReferences } from "../engines/requests/template.ts";
import type { RequestSpec } from "../record/scenario.ts";
import { checkCheck, resolveCheck } from "./checks.ts";
import type { CheckContext } from "./context.ts";
import { checkTemplates, type Feeds } from "./feeds.ts";
import { isName } from "./schema/fields.ts";
import { methods, type RequestInput } from "./schema/request.ts";
import { child, isMap, items, type Node, text } from "./tree.ts";

export function checkRequests(load: Node, feeds: Feeds, { problems }: CheckContext): void {
  const seen = new Map<string, Node>();
  for (const node of items(child(load, "requests")).filter(isMap)) {
    checkTemplates(node, { feeds, vars: [] }, problems);
    const given = methods.filter((it) => child(node, it) !== undefined);
    const [method, path] = [child(node, "method"), child(node, "path")];
    const general = method !== undefined || path !== undefined ? ["method and path"] : [];
    const forms = [...given, ...general];
    if (forms.length !== 1) {
      const found = forms.length === 0 ? "none" : forms.join(" and ");
      problems.inside(node, `expected one of ${methods.join(", ")}, or method and path, found ${found}`);
      continue;
    }
    if ((method === undefined) !== (path === undefined)) {
      problems.inside(node, `"${method === undefined ? "method" : "path"}" is missing`);
      continue;
    }
    checkCheck(node, text(method) ?? String(given[0]).toUpperCase(), problems);
    const name = requestName(node);
    const other = seen.get(name);
    if (other !== undefined)
      problems.at(child(node, "name") ?? node, `two requests are named "${name}"`, "give this one another name");
    seen.set(name, node);
  }
}

/** Given, or made of method and path: `get-checkout`. Read from the tree, so that conditions can name requests with mistakes. */
export function requestName(node: Node): string {
  const given = text(child(node, "name"));
  if (given !== undefined) return given;
  const method = methods.find((it) => child(node, it) !== undefined);
  return madeName(method ?? text(child(node, "method")) ?? "", text(child(node, method ?? "path")) ?? "");
}

function madeName(method: string, path: string): string {
  const words = (withoutReferences(path).split("?")[0] ?? "").toLowerCase().match(/[a-z0-9]+/g) ?? ["root"];
  const made = [method.toLowerCase(), ...words].join("-").slice(0, 63);
  return isName(made) ? made : "request";
}

function methodOf(request: RequestInput): { readonly method: string; readonly path: string } | null {
  for (const method of methods) {
    const path = request[method];
    if (path !== undefined) return { method: method.toUpperCase(), path };
  }
  return request.method !== undefined && request.path !== undefined
    ? { method: request.method, path: request.path }
    : null;
}

/** It says what to send: a method and a path. */
export const isComplete = (request: RequestInput): boolean => methodOf(request) !== null;

export function resolveRequest(request: RequestInput): RequestSpec {
  const { method, path } = methodOf(request) ?? { method: "GET", path: "/" };
  const { body } = request;
  const checks = resolveCheck(request.check);
  const json = body !== undefined && typeof body !== "string";
  const typed = Object.keys(request.headers).some((it) => it.toLowerCase() === "content-type");
  return {
    name: request.name ?? madeName(method, path),
    method,
    path,
    headers: json && !typed ? { ...request.headers, "content-type": "application/json" } : request.headers,
    body: json ? JSON.stringify(body) : (body ?? null),
    weight: request.weight,
    ...(checks.length === 0 ? {} : { check: checks }),
  };
}
