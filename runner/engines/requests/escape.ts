/** What a value must become, so that it stays one value wherever a template puts it. */

type Escape = (value: string) => string;

/** A part of a path or a query: `/`, `?`, `&`, `=` and all that is not plain ASCII is percent-encoded (RFC 3986, unreserved). */
export const forPath: Escape = (value) => encodeURIComponent(value.toWellFormed());

/** The inside of a JSON string. */
const forJson: Escape = (value) => JSON.stringify(value).slice(1, -1);

export const asItIs: Escape = (value) => value;

/** By the body's media type; null where none is given: then a value goes in as it is. */
export function forBody(contentType: string | null): Escape {
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (/^application\/(json|.+\+json)$/.test(type)) return forJson;
  return type === "application/x-www-form-urlencoded" ? forPath : asItIs;
}

/** A header's value is one line of Latin-1: with a line break in it, it would be two headers. */
export const fitsHeader = (value: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
