/** Requests and flows: one method each, names that tell them apart; what is sent for each. */
import { withoutReferences } from "../../engines/requests/template.ts";
import type { FlowSpec, RequestSpec } from "../../record/scenario.ts";
import type { CheckContext } from "../context.ts";
import type { Problems } from "../document/problems.ts";
import { child, isMap, items, type Node, text } from "../document/tree.ts";
import { isName } from "../schema/fields.ts";
import { methods, type RequestInput, type StepInput } from "../schema/request.ts";
import { checkCheck, resolveCheck } from "./checks.ts";
import { checkTemplates, type Feeds } from "./feeds.ts";
import { checkExtract, checkSteps, extractedBy, resolveExtract } from "./flows.ts";

export function checkRequests(load: Node, feeds: Feeds, { problems }: CheckContext): void {
  const seen = new Set<string>();
  const nameOnce = (node: Node, name: string) => {
    if (seen.has(name))
      problems.at(child(node, "name") ?? node, `two requests are named "${name}"`, "give this one another name");
    seen.add(name);
  };
  const checkSent = (node: Node, vars: readonly string[]) => {
    checkTemplates(node, { feeds, vars }, problems);
    const method = checkMethod(node, problems);
    if (method === null) return;
    checkCheck(node, method, problems);
    checkExtract(node, method, problems);
    nameOnce(node, requestName(node));
  };
  for (const node of items(child(load, "requests")).filter(isMap)) {
    const steps = child(node, "steps");
    if (steps === undefined) checkSent(node, []);
    else {
      const name = checkSteps(node, steps, problems);
      if (name !== undefined) nameOnce(node, name);
      let vars: string[] = [];
      for (const step of items(steps).filter((it) => isMap(it) && child(it, "think") === undefined)) {
        checkSent(step, vars);
        vars = [...vars, ...extractedBy(step)];
      }
    }
  }
}

/** The one that it has; null after a problem. */
function checkMethod(node: Node, problems: Problems): string | null {
  const given = methods.filter((it) => child(node, it) !== undefined);
  const [method, path] = [child(node, "method"), child(node, "path")];
  const general = method !== undefined || path !== undefined ? ["method and path"] : [];
  const forms = [...given, ...general];
  if (forms.length !== 1) {
    const found = forms.length === 0 ? "none" : forms.join(" and ");
    problems.inside(node, `expected one of ${methods.join(", ")}, or method and path, found ${found}`);
    return null;
  }
  if ((method === undefined) !== (path === undefined)) {
    problems.inside(node, `"${method === undefined ? "method" : "path"}" is missing`);
    return null;
  }
  return text(method) ?? String(given[0]).toUpperCase();
}

/** Names of requests, flows and steps. Read from the tree, so that conditions can name requests with mistakes. */
export const requestNames = (load: Node): readonly string[] =>
  items(child(load, "requests")).flatMap((it) => {
    const steps = child(it, "steps");
    if (steps === undefined) return [requestName(it)];
    const requests = items(steps).filter((step) => child(step, "think") === undefined);
    return [...[text(child(it, "name")) ?? []].flat(), ...requests.map(requestName)];
  });

/** Given, or made of method and path: `get-checkout`. */
function requestName(node: Node): string {
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

type SentInput = Omit<StepInput, "think">;

function methodOf(request: SentInput): { readonly method: string; readonly path: string } | null {
  for (const method of methods) {
    const path = request[method];
    if (path !== undefined) return { method: method.toUpperCase(), path };
  }
  return request.method !== undefined && request.path !== undefined
    ? { method: request.method, path: request.path }
    : null;
}

/** It says what to send: methods and paths. */
export const isComplete = (request: RequestInput): boolean =>
  request.steps === undefined
    ? methodOf(request) !== null
    : request.name !== undefined &&
      request.steps.every((it) => it.think !== undefined || methodOf(it) !== null) &&
      request.steps.some((it) => it.think === undefined);

export function resolveRequests(given: readonly RequestInput[]): {
  readonly requests: readonly RequestSpec[];
  readonly flows: readonly FlowSpec[];
} {
  const flows = given.flatMap(({ name = "", weight, steps }): FlowSpec[] => {
    if (steps === undefined) return [];
    const taken = steps.map((it) => (it.think === undefined ? { request: nameOf(it) } : { think: it.think }));
    return [{ name, weight, steps: taken }];
  });
  const requests = given.flatMap((it) =>
    it.steps === undefined
      ? [resolveRequest(it, it.weight)]
      : it.steps.flatMap((step) => (step.think === undefined ? [resolveRequest(step, 0)] : [])),
  );
  return { requests, flows };
}

function nameOf(request: SentInput): string {
  const { method, path } = methodOf(request) ?? { method: "GET", path: "/" };
  return request.name ?? madeName(method, path);
}

function resolveRequest(request: SentInput, weight: number): RequestSpec {
  const { method, path } = methodOf(request) ?? { method: "GET", path: "/" };
  const { body } = request;
  const checks = resolveCheck(request.check);
  const extracts = resolveExtract(request.extract);
  const json = body !== undefined && typeof body !== "string";
  const typed = Object.keys(request.headers).some((it) => it.toLowerCase() === "content-type");
  return {
    name: nameOf(request),
    method,
    path,
    headers: json && !typed ? { ...request.headers, "content-type": "application/json" } : request.headers,
    body: json ? JSON.stringify(body) : (body ?? null),
    weight,
    ...(checks.length === 0 ? {} : { check: checks }),
    ...(extracts.length === 0 ? {} : { extract: extracts }),
  };
}
