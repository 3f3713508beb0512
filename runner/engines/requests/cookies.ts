/** The cookies of one pass of a flow: what an answer sets goes with every later request. Path, domain and the rest are not looked at. */
import { fitsHeader } from "./escape.ts";

export type Cookies = Map<string, string>;

/** @param lines values of `Set-Cookie`; one with `Max-Age` of at most 0 removes its cookie */
export function takeCookies(cookies: Cookies, lines: readonly string[]): void {
  for (const line of lines) {
    const [pair = "", ...attributes] = line.split(";");
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    if (equals < 0 || name === "" || !fitsHeader(name) || !fitsHeader(value)) continue;
    const isGone = attributes.some((it) => /^\s*max-age\s*=\s*(0+|-\d+)\s*$/i.test(it));
    if (isGone) cookies.delete(name);
    else cookies.set(name, value);
  }
}

/** Headers with the cookies in them, after those that the request has by itself. */
export function withCookies(
  headers: Readonly<Record<string, string>>,
  cookies: Cookies,
): Readonly<Record<string, string>> {
  if (cookies.size === 0) return headers;
  const own = Object.keys(headers).find((it) => it.toLowerCase() === "cookie");
  const pairs = [...cookies].map(([name, value]) => `${name}=${value}`);
  return { ...headers, [own ?? "cookie"]: [...(own === undefined ? [] : [headers[own]]), ...pairs].join("; ") };
}
