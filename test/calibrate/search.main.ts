/** Measures how near a capacity search comes, prints it as Markdown, fails where an aim is missed. Option: --searches N. */
import { parseArgs } from "node:util";
import { messageOf, UserError } from "../../runner/shared/errors.ts";
import { missed, models, searchMarkdown, simulateSearches } from "./search.ts";

function main(): void {
  const { values } = parseArgs({ options: { searches: { type: "string", default: "2000" } } });
  const searches = Number(values.searches);
  if (!Number.isInteger(searches) || searches < 100 || searches > 100_000)
    throw new UserError("--searches takes a whole number from 100 to 100000", { hint: "2000 take about two minutes" });
  const rows = models.map((model) => ({ model, tally: simulateSearches(model, searches) }));
  process.stdout.write(searchMarkdown(rows));
  if (rows.some((it) => missed(it.model, it.tally))) process.exitCode = 1;
}

try {
  main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n${error instanceof UserError ? `${error.hint ?? ""}\n` : ""}`);
  process.exitCode = error instanceof UserError ? error.exit : 6;
}
