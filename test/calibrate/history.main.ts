/** Measures the history detectors' error rates, prints them as Markdown, fails where an aim is missed. Options: --json FILE, --scale SHARE. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { messageOf, UserError } from "../../runner/shared/errors.ts";
import { calibrateHistory, historyAims, historyMarkdown } from "./history-table.ts";

function main(): void {
  const { values } = parseArgs({ options: { json: { type: "string" }, scale: { type: "string", default: "1" } } });
  const scale = Number(values.scale);
  if (!(scale > 0 && scale <= 100))
    throw new UserError("--scale takes a number above 0, up to 100", { hint: "1 takes about two minutes of CPU" });
  const measured = calibrateHistory(scale);
  const aims = historyAims(measured);
  process.stdout.write(historyMarkdown(measured));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ ...measured, aims }, null, 2)}\n`);
  if (aims.some((it) => !it.met)) process.exitCode = 1;
}

try {
  main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n${error instanceof UserError ? `${error.hint ?? ""}\n` : ""}`);
  process.exitCode = error instanceof UserError ? error.exit : 6;
}
