/** Takes secrets out of everything that is written: by the name they stand under, by their shape, and by their value wherever it occurs. */

export interface Redactor {
  readonly text: (text: string) => string;
  /** Only the values that are known to be secret, never by how a text looks: for sentences of our own about a value. */
  readonly values: (text: string) => string;
  /** A copy of plain JSON in which every text went through `text`; names (of arms, phases, targets …) stay, they hold the record together. */
  readonly json: <T>(value: T) => T;
}

export const redacted = "[redacted]";

const secretName = /TOKEN|PASSWORD|PASSWD|PASSPHRASE|(?:^|_)PASS(?:$|_)|SECRET|KEY|CREDENTIAL/i;
const secretHeader = /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key)$/i;
const secretFlag = /^--?[\w-]*(token|password|passwd|passphrase|secret|key)$/i;
const isSecret = (name: string): boolean => secretName.test(name) || secretHeader.test(name);

/** Maps whose keys are names of variables or headers. */
const namedValues = new Set(["env", "headers", "environment"]);
/** Fields whose text is a name or a path of the record itself. */
const names = new Set([
  ...[
    "type",
    "kind",
    "name",
    "arm",
    "arms",
    "order",
    "phase",
    "phases",
    "fault",
    "faults",
    "target",
    "instance",
    "request",
  ],
  ...["metric", "sampler", "versus", "needs", "id", "run", "dir", "hash", "at", "startedAt", "apiVersion", "outcome"],
]);

/** Values that are too plain to be a secret: replacing them everywhere would only make the record unreadable. */
const plain = /^(.{0,3}|true|false|null|none|auto|default|enabled|disabled|\d{1,5}|\$\{.*\})$/i;

/** `name = value`, quoted or not, for names that match. */
const assigned = (name: string, flags: string): RegExp =>
  new RegExp(
    `(${name})(["']?\\s*[:=]\\s*)(?!["']?\\$\\{|["']?\\[redacted\\])("[^"\\r\\n]*"|'[^'\\r\\n]*'|[^\\s,;&"'}\\]]+)`,
    flags,
  );

/**
 * Each begins with a literal, and nothing before its end is longer than a name: a shape that may begin anywhere in a long word
 * reads the rest of it from each letter, and a line of 20 000 letters stood still for seconds.
 */
const shapes: readonly (readonly [RegExp, string])[] = [
  // Userinfo of a URL.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'@]+@/gi, `$1${redacted}@`],
  // A header in a dump, a curl command or a scenario's text: to the closing quote or the end of the line.
  [
    /\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)(["']?\s*[:=]\s*["']?)(?!\$\{|\[redacted\])[^"'\r\n}]+/gi,
    `$1$2${redacted}`,
  ],
  [/\b(Bearer|Basic)\s+(?!\[redacted\])[\w.~+/=-]{4,}/g, `$1 ${redacted}`],
  // NAME_TOKEN=value, "password": "value", --api-key value. A reference (${env:X}) is no secret. KEY alone counts in capitals only: `keys: 3`.
  [
    assigned("(?:token|password|passwd|passphrase|secret|credential|api[-_]?key)[\\w.-]{0,100}", "gi"),
    `$1$2${redacted}`,
  ],
  [assigned("KEY[A-Z0-9_]{0,100}", "g"), `$1$2${redacted}`],
  [assigned("(?:\\b|_)PASS(?:_[A-Z0-9_]{0,100})?\\b", "g"), `$1$2${redacted}`],
  [
    /((?<=-[\w-]{0,60})(?:token|password|passwd|passphrase|secret|api-?key)\s+)(?!\[redacted\])[^\s-]\S*/gi,
    `$1${redacted}`,
  ],
  // The next item of a list, as argv stands in YAML and in JSON: [server, --password, value], or a line each.
  [
    /((?<=-[\w-]{0,60})(?:token|password|passwd|passphrase|secret|api-?key)["']?(?:\s*,\s*|\s*\n\s*-\s+))(?!["']?\[redacted\]|["']?\$\{)("[^"\r\n]*"|'[^'\r\n]*'|[^\s,"'}\]]+)/gi,
    `$1${redacted}`,
  ],
];

/** A line of a key or certificate that is printed by itself; shorter ones are everyday words. */
const leastLine = 16;

/** A secret as a whole, what of it stands after a scheme, and its lines, which programs print one by one. */
function partsOf(value: string): string[] {
  const credentials = /^(?:Bearer|Basic|Token)\s+(\S+)$/i.exec(value)?.[1];
  const lines = value.split(/\r?\n/).filter((it) => it.length >= leastLine);
  return [value, ...(credentials === undefined ? [] : [credentials]), ...lines];
}

/** Arguments that are secret by the flag they stand after, or are given to: maps as `redactor` takes them. */
export function secretArguments(argv: readonly string[]): readonly Readonly<Record<string, string>>[] {
  return argv.flatMap((it, i) => {
    const [, flag, value = argv[i + 1]] = /^(--?[^=]+)(?:=(.*))?$/s.exec(it) ?? [];
    return flag === undefined || value === undefined || !secretFlag.test(flag) ? [] : [{ [flag]: value }];
  });
}

/**
 * @param sources maps of names to values (environments, headers): values under a secret's name are replaced wherever they occur.
 *   A value of fewer than four characters, or one that is an everyday word, is replaced only under its name.
 */
export function redactor(sources: Iterable<Readonly<Record<string, string | undefined>>>): Redactor {
  const values = new Set<string>();
  for (const source of sources) {
    for (const [name, value] of Object.entries(source)) {
      if (value === undefined || !isSecret(name)) continue;
      for (const it of partsOf(value).filter((part) => !plain.test(part)))
        values.add(it).add(encodeURIComponent(it)).add(JSON.stringify(it).slice(1, -1));
    }
  }
  // Longest first: a secret may contain another.
  const known = [...values].sort((a, b) => b.length - a.length);

  const withoutValues = (given: string): string =>
    known.reduce((out, value) => (out.includes(value) ? out.replaceAll(value, redacted) : out), given);
  const text = (given: string): string => {
    let out = withoutValues(given);
    for (const [shape, by] of shapes) out = out.replace(shape, by);
    return out;
  };

  const json = (value: unknown, key: string, named: boolean): unknown => {
    if (typeof value === "string") {
      if (named) return isSecret(key) ? redacted : text(value);
      return names.has(key) ? value : text(value);
    }
    if (Array.isArray(value)) {
      return value.map((it, i) =>
        typeof it === "string" && typeof value[i - 1] === "string" && secretFlag.test(value[i - 1])
          ? redacted
          : json(it, key, false),
      );
    }
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, it]) => [name, json(it, name, !named && namedValues.has(key))]),
    );
  };
  return { text, values: withoutValues, json: <T>(value: T) => json(value, "", false) as T };
}
