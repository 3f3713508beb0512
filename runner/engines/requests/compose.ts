/** A request with templates, made ready once, and filled in for each time that it is sent. */
import type { RequestSpec } from "../../record/scenario.ts";
import { asItIs, forBody, forPath } from "./escape.ts";
import { fill, parseTemplate, type Reference } from "./template.ts";

/** The value that a reference has now. Those of headers have no line breaks: feeds and extractions are checked for that. */
export type Lookup = (reference: Reference) => string;

/** Null for a request that is the same each time. */
export function composer(request: RequestSpec): ((lookUp: Lookup) => RequestSpec) | null {
  const path = part(request.path, forPath);
  const headers = Object.entries(request.headers).map(([name, value]) => ({ name, value, part: part(value, asItIs) }));
  const body = request.body === null ? null : part(request.body, forBody(contentTypeOf(request)));
  if (path === null && body === null && headers.every((it) => it.part === null)) return null;
  return (lookUp) => ({
    ...request,
    path: path === null ? request.path : path(lookUp),
    headers: Object.fromEntries(headers.map((it) => [it.name, it.part === null ? it.value : it.part(lookUp)])),
    body: body === null ? request.body : body(lookUp),
  });
}

function part(text: string, escaping: (value: string) => string): ((lookUp: Lookup) => string) | null {
  const template = parseTemplate(text);
  return template === null ? null : (lookUp) => fill(template, escaping, lookUp);
}

const contentTypeOf = ({ headers }: RequestSpec): string | null =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? null;

interface Used {
  readonly reference: Reference;
  readonly inHeader: boolean;
}

/** Every reference of a request, and whether its value must fit into a header. */
export const referencesOf = ({ path, headers, body }: RequestSpec): readonly Used[] =>
  [
    ...[path, body ?? ""].map((text) => ({ text, inHeader: false })),
    ...Object.values(headers).map((text) => ({ text, inHeader: true })),
  ].flatMap(({ text, inHeader }) =>
    (parseTemplate(text)?.references ?? []).map((reference) => ({ reference, inHeader })),
  );
