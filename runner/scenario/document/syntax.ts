/** What the YAML parser complains of, in the words of somebody who writes a scenario. */
import type { YAMLParseError, YAMLWarning } from "yaml";
import type { Problems } from "./problems.ts";

type Complaint = Pick<YAMLParseError | YAMLWarning, "code" | "message" | "pos">;

/** Only the first: one slip makes the parser complain about much that follows. False when there is none. */
export function tellSyntax(complaints: readonly Complaint[], text: string, problems: Problems): boolean {
  const [first] = [...complaints].sort((a, b) => a.pos[0] - b.pos[0]);
  if (first === undefined) return false;
  const { place, message, hint } = inWords(first, text);
  problems.atOffset(place[0], place[1], [], message, hint);
  return true;
}

interface Told {
  readonly place: readonly [start: number, end: number];
  readonly message: string;
  readonly hint: string | null;
}

function inWords({ code, message: raw, pos }: Complaint, text: string): Told {
  const [start] = pos;
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const [indentation = ""] = /^[ \t]*/.exec(text.slice(lineStart, lineStart + 1_000)) ?? [];
  const tab = indentation.indexOf("\t");
  if (tab >= 0) {
    const at = lineStart + tab;
    return { place: [at, at + 1], message: "tabs are not allowed as indentation", hint: "indent with spaces" };
  }
  const message = (raw.split("\n")[0] ?? "").slice(0, 200);
  const next = /^[^:\n]*\n(?= *\S)/.exec(text.slice(start, start + 1_000))?.[0];
  if (/in compact mappings/.test(message) && next !== undefined) {
    // The line goes on in the next one, which has a key of its own.
    const [spaces = ""] = /^ */.exec(text.slice(start + next.length)) ?? [];
    const at = start + next.length + spaces.length;
    return { place: [at, at + 1], ...indentedOtherwise("keys", "map") };
  }
  for (const { when, tell } of said) {
    const match = when.exec(message);
    if (match !== null) return { place: pos, ...tell(match[1] ?? "") };
  }
  return { place: pos, message: message.charAt(0).toLowerCase() + message.slice(1), hint: hints[code] ?? null };
}

type Words = Omit<Told, "place">;

const indentedOtherwise = (parts: string, whole: string): Words => ({
  message: `expected the indentation of the ${parts} above`,
  hint: `${parts} of one ${whole} begin in one column`,
});

const hints: Readonly<Record<string, string>> = {
  TAG_RESOLVE_FAILED: "remove the tag",
  BAD_SCALAR_START: "put the text in quotes",
};

const said: readonly { readonly when: RegExp; readonly tell: (part: string) => Words }[] = [
  {
    when: /in compact mappings/,
    tell: () => ({
      message: 'expected one key and its value, found ": " once more',
      hint: 'a text with ": " in it takes quotes',
    }),
  },
  {
    when: /^Implicit (?:map )?keys need to be/,
    tell: () => ({ message: "expected a key and its value", hint: "is a colon missing, with a space after it?" }),
  },
  {
    when: /^A block sequence may not be used as an implicit map key/,
    tell: () => ({
      message: "expected a key, found an item of a list",
      hint: "does the key above it have a value already?",
    }),
  },
  {
    when: /^All (mapping|sequence) items must start at the same column/,
    tell: (what) => (what === "mapping" ? indentedOtherwise("keys", "map") : indentedOtherwise("items", "list")),
  },
  {
    when: /^Sequence item without - indicator/,
    tell: () => ({
      message: 'expected an item, which begins with "- "',
      hint: "fields of the item above are indented as its first one",
    }),
  },
  {
    when: /end with a (\}|\])/,
    tell: (end) => ({
      message: `a ${end} is missing before this`,
      hint: `close what was opened with ${end === "}" ? "{" : "["}`,
    }),
  },
  {
    when: /^Missing closing (["'])quote/,
    tell: (quote) => ({ message: `a closing ${quote} is missing`, hint: "the text goes on to here" }),
  },
  {
    when: /^Unexpected \S+ at node end/,
    tell: () => ({ message: "expected the end of the value, found more", hint: "put the whole text in quotes" }),
  },
  {
    when: /within flow collections/,
    tell: () => ({
      message: "expected a comma or the closing brace",
      hint: "is a comma missing before the next key?",
    }),
  },
];
