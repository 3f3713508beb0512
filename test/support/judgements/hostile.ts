/** A judgement in which every text is hostile. */
import type { Judgement } from "../../../reports/verdict/judgement.ts";
import { regressed } from "./regressed.ts";

/** What a scenario's author may write anywhere: markup, templates, section ends, quotes, direction marks, controls, one endless word. */
const hostileText = [
  "</script><script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "{{header.title}}{{{css}}}",
  "]]>",
  "</style>",
  "\"'`&amp;",
  "\u202Eevil\u202C\u200F",
  "\u0000\u0007\u001B[31m",
  "\uD800",
  `W${"w".repeat(180)}`,
].join(" ");

/** Every string of a value replaced, but those that are keys of a table or of an enumeration. */
function poisoned(value: unknown, key = ""): unknown {
  const kept = ["verdict", "claim", "status", "kind", "unit", "scale", "better", "id", "grade"];
  if (typeof value === "string")
    return kept.includes(key) ? value : ["arm", "versus", "question"].includes(key) ? hostileText + value : hostileText;
  if (Array.isArray(value))
    return value.map((it) =>
      typeof it === "string" ? (key === "arms" ? hostileText + it : hostileText) : poisoned(it, key),
    );
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, poisoned(it, name)]));
}

export const hostile = poisoned(regressed) as Judgement;
