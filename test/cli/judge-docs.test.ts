/** The examples of docs/judge.md are what the command answers: UPDATE_GOLDEN=1 writes the answers anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageFile } from "../../runner/shared/package.ts";
import { cliIn } from "../support/cli.ts";

const file = packageFile("docs", "judge.md");
const block = /(?<=<!-- (.+) -->\n\n```(?:json)?\n)[\s\S]*?(?=```\n)/g;

/** Four digits suffice to compare by, and to read. */
const rounded = (text: string): string =>
  JSON.stringify(
    JSON.parse(text),
    (_, it) => (typeof it === "number" && !Number.isInteger(it) ? Number(it.toPrecision(4)) : it),
    2,
  ).replaceAll(/\[\n\s+([^\s"[\]]+),\n\s+([^\s"[\]]+)\n\s+\]/g, "[$1, $2]");

test("what the page shows is what the command says", async () => {
  const page = readFileSync(file, "utf8");
  const shown = new Map([...page.matchAll(block)].map(([text, name]) => [name as string, text]));
  using cli = cliIn();
  for (const [name, text] of shown) if (/^\S+$/.test(name)) writeFileSync(join(cli.dir, name), text);

  const answer = async (name: string): Promise<string> => {
    const [what, files] = name.split(" of ") as [string, string];
    const argv = ["judge", ...files.split(" "), ...(what === "text" ? ["--format", "text"] : [])];
    const { out, err } = await cli.run(...argv);
    return what === "problems" ? err : what === "answer" ? `${rounded(out)}\n` : out;
  };
  const asked = [...shown.keys()].filter((it) => it.includes(" of "));
  expect(asked).toHaveLength(3);
  const answers = new Map<string, string>();
  for (const name of asked) answers.set(name, await answer(name));
  if (process.env.UPDATE_GOLDEN === "1") {
    writeFileSync(
      file,
      page.replace(block, (text, name: string) => answers.get(name) ?? text),
    );
    return;
  }
  for (const [name, text] of answers) expect(shown.get(name), name).toBe(text);
});
