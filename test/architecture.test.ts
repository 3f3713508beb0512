import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";

/** The map of the rooms, held by the machine. A new arrow is a decision: make it here, with its reason in the commit. */
const root = join(import.meta.dirname, "..");

const mayImport: Readonly<Record<string, readonly string[]>> = {
  "runner/cli": ["runner/*", "reports/*"],
  "runner/orchestrate": [
    "runner/engines",
    "runner/targets",
    "runner/faults",
    "runner/samplers",
    "runner/substrate",
    "runner/undo",
    "runner/record",
    "runner/shared",
  ],
  "runner/scenario": [
    "runner/faults",
    "runner/engines",
    "runner/targets",
    "runner/samplers",
    "runner/substrate",
    "runner/record",
    "runner/shared",
  ],
  "runner/engines": ["runner/substrate", "runner/undo", "runner/record", "runner/shared"],
  "runner/targets": ["runner/substrate", "runner/undo", "runner/record", "runner/shared"],
  "runner/faults": ["runner/substrate", "runner/undo", "runner/record", "runner/shared"],
  "runner/samplers": ["runner/substrate", "runner/undo", "runner/record", "runner/shared"],
  "runner/undo": ["runner/substrate", "runner/record", "runner/shared"],
  "runner/substrate": ["runner/shared"],
  "runner/record": ["runner/shared"],
  "runner/shared": [],
  "reports/steer": [
    "reports/verdict",
    "reports/analyses",
    "reports/evidence",
    "reports/stats",
    "runner/record",
    "runner/shared",
  ],
  "reports/render": [
    "reports/verdict",
    "reports/history",
    "reports/analyses",
    "reports/stats",
    "runner/record",
    "runner/shared",
  ],
  "reports/history": [
    "reports/baseline",
    "reports/analyses",
    "reports/evidence",
    "reports/stats",
    "runner/record",
    "runner/shared",
  ],
  "reports/baseline": ["reports/analyses", "reports/evidence", "reports/stats", "runner/record", "runner/shared"],
  "reports/verdict": [
    "reports/baseline",
    "reports/analyses",
    "reports/evidence",
    "reports/stats",
    "runner/record",
    "runner/shared",
  ],
  "reports/analyses": ["reports/evidence", "reports/stats", "runner/record", "runner/shared"],
  "reports/evidence": ["reports/stats", "runner/record", "runner/shared"],
  "reports/stats": [],
};
/** What a folder of a room may know of the others of that room; the files beside the folders join them. */
const folders: Readonly<Record<string, readonly string[]>> = {
  "runner/engines/native": ["native/http1", "native/http2", "worker", "requests"],
  "runner/engines/native/http1": ["native", "worker"],
  "runner/engines/native/http2": ["native", "worker"],
  "runner/engines/k6": ["k6/samples", "worker", "requests"],
  "runner/engines/k6/samples": ["k6", "worker"],
  "runner/engines/autocannon": ["worker"],
  "runner/engines/worker": [],
  "runner/engines/requests": [],
  "reports/analyses/validity": [],
  "reports/analyses/sections": [],
  "reports/analyses/search": ["validity"],
  "reports/verdict/inference": [],
  "reports/verdict/calibration": ["inference"],
  "reports/verdict/words": ["inference", "calibration"],
  "reports/verdict/prepare": ["inference", "words"],
  "reports/verdict/findings": ["inference", "words", "prepare"],
  "reports/verdict/samples": ["inference", "words", "findings"],
  "reports/verdict/search": ["words"],
};
/** What reports may know of runner/shared: values and words, nothing of the outside world. */
const sharedForReports = [
  "quantities.ts",
  "format.ts",
  "errors.ts",
  "package.ts",
  "confinement.ts",
  "random.ts",
  "paint.ts",
];

const listed = (...how: readonly string[]): string[] =>
  execFileSync("git", ["ls-files", ...how], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((it) => it !== "" && existsSync(join(root, it)));

const sources = listed("--cached", "--others", "--exclude-standard", "runner", "reports").filter((it) =>
  it.endsWith(".ts"),
);
const tracked = listed();

const roomOf = (file: string): string => file.split("/").slice(0, 2).join("/");
const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

const importsOf = (files: readonly string[]) =>
  files.flatMap((file) =>
    [...textOf(file).matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, path]) => ({
      file,
      to: normalize(join(dirname(file), path as string)),
    })),
  );
const imports = importsOf(sources);

test("every import goes in a direction that the map allows", () => {
  const wrong = imports.filter(({ file, to }) => {
    const from = roomOf(file);
    const room = roomOf(to);
    if (room === from) return false;
    if (from.startsWith("reports/") && room === "runner/shared")
      return !sharedForReports.includes(relative("runner/shared", to));
    return !(mayImport[from] ?? []).some(
      (it) => it === room || (it.endsWith("/*") && room.startsWith(it.slice(0, -1))),
    );
  });
  expect(wrong).toEqual([]);
});

test("no folder of a room knows what is built on it: numbers of a verdict know no words, nor an engine another one", () => {
  const inside = imports.filter(({ file, to }) => dirname(file) in folders && to.startsWith(`${roomOf(file)}/`));
  const wrong = inside.filter(({ file, to }) => {
    const [from, folder] = [dirname(file), dirname(to)];
    return folder !== from && folder !== roomOf(file) && !folders[from]?.includes(relative(roomOf(file), folder));
  });
  expect(inside.length).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
});

test("what git knows imports only what git knows: else a clone would not start", () => {
  const known = new Set(tracked);
  const missing = importsOf(tracked.filter((it) => /\.(ts|mjs|cjs)$/.test(it))).filter(({ to }) => !known.has(to));
  expect(missing, "`git add` them, or leave out the import").toEqual([]);
});

test("reports are the same anywhere and at any time: no clock, no locale, no unseeded randomness", () => {
  const outside =
    /\bDate\.now\b|\bnew Date\b(?!\s*\(\s*[^\s)])|\bperformance\.now\b|\bMath\.random\b|\.toLocale\w*|\.localeCompare\b/;
  const touching = sources.filter((it) => it.startsWith("reports/") && outside.test(withoutComments(textOf(it))));
  expect(touching).toEqual([]);
});

test("imports form no circle between files, not even of types", () => {
  const edges = Map.groupBy(imports, (it) => it.file);
  const done = new Set<string>();
  const circles: string[][] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file]);
    if (path.includes(file) || done.has(file)) return;
    for (const edge of edges.get(file) ?? []) visit(edge.to, [...path, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
  expect(circles).toEqual([]);
});

test("what no other file imports is private to its own", () => {
  const all = listed("--cached", "--others", "--exclude-standard").filter((it) => /\.(ts|mjs|cjs)$/.test(it));
  const asked = new Map<string, Set<string>>();
  const ask = (file: string, path: string, names: readonly string[]): void => {
    const from = normalize(join(dirname(file), path));
    asked.set(from, (asked.get(from) ?? new Set()).union(new Set(names)));
  };
  for (const file of all) {
    for (const [, names = "", path = ""] of textOf(file).matchAll(/\b(?:im|ex)port\s([^;"]*?)\sfrom "(\.[^"]+)"/g))
      ask(file, path, names.match(/\w+|\*/g) ?? []);
    for (const [, path = ""] of textOf(file).matchAll(/\bimport\("(\.[^"]+)"\)/g)) ask(file, path, ["*"]);
  }
  const exported = /^export (?:abstract |async )*(?:const|function\*?|class|interface|type) (\w+)/gm;
  const idle = all.flatMap((file) => {
    if (!file.endsWith(".ts")) return [];
    const text = textOf(file).replace(/`[^`]*`/g, "");
    const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(
      ([, them = ""]) => them.match(/\w+/g) ?? [],
    );
    const names = [...[...text.matchAll(exported)].map(([, name = ""]) => name), ...listed].filter(
      (it) => it !== "type",
    );
    const wanted = asked.get(file) ?? new Set();
    return wanted.has("*") ? [] : names.filter((it) => !wanted.has(it)).map((it) => `${file}: ${it}`);
  });
  expect(idle, "take away `export`, or the whole of it").toEqual([]);
});

test("only entry files and the cli touch the process; the rest has a Host", () => {
  const allowed = (file: string) =>
    file.startsWith("runner/cli/") || file.endsWith(".main.ts") || file.startsWith("runner/shared/");
  const touching = sources.filter(
    (file) =>
      !allowed(file) && /(^|[^.\w"`/])process\.(?!\w*["`])|from "node:process"/m.test(withoutComments(textOf(file))),
  );
  expect(touching).toEqual([]);
});

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");

test("a file says in its first line what it is", () => {
  const silent = sources.filter((file) => !/^(\/\*\*|\/\/|#!)/.test(textOf(file)));
  expect(silent).toEqual([]);
});

test("files stay small: half of them under 120 lines, none over 350", () => {
  const lengths = sources.map((file) => ({ file, lines: textOf(file).split("\n").length }));
  const sorted = lengths.map((it) => it.lines).sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(120);
  expect(lengths.filter((it) => it.lines > 350)).toEqual([]);
});

test("every room has a README", () => {
  const rooms = ["runner", "reports"].flatMap((it) =>
    readdirSync(join(root, it), { withFileTypes: true })
      .filter((e) => e.isDirectory())
      .map((e) => join(it, e.name)),
  );
  expect(rooms.filter((it) => !existsSync(join(root, it, "README.md")))).toEqual([]);
});

test("the root holds only what the map names", () => {
  const top = new Set(tracked.map((it) => it.split("/")[0]));
  const named = [
    ".ci",
    ".gitattributes",
    ".github",
    ".gitignore",
    ".npmrc",
    "CONTRIBUTING.md",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "biome.json",
    "docs",
    "package-lock.json",
    "package.json",
    "reports",
    "runner",
    "scenarios",
    "templates",
    "test",
    "tsconfig.json",
  ];
  expect([...top].filter((it) => !named.includes(it as string))).toEqual([]);
});
