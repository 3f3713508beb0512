/** JSON Pointer (RFC 6901): `/data/0/token`; the empty one is the whole document. */

export const isPointer = (text: string): boolean => /^(\/([^~/]|~[01])*)*$/.test(text);

/** The value there; undefined when there is none. */
export function valueAt(document: unknown, pointer: string): unknown {
  let at = document;
  for (const part of pointer.split("/").slice(1)) {
    if (typeof at !== "object" || at === null) return undefined;
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    // An array's own keys are its indices, and `length`.
    if (!Object.hasOwn(at, key) || (Array.isArray(at) && !/^(0|[1-9]\d*)$/.test(key))) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}
