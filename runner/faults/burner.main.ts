/** Burner: parks outside the target, enters its cgroup when told, and uses one core of it. Ends when its stdin closes. */
import { readLines, toLine } from "../shared/lines.ts";
import { enter } from "./enter.ts";

export interface BurnOrder {
  readonly procsFiles: readonly string[];
}

const leave = () => process.exit(0);
process.stdout.on("error", leave);
process.stdin.on("error", leave).on("close", leave);
readLines(process.stdin, (line) => {
  const { procsFiles }: BurnOrder = JSON.parse(line);
  enter(procsFiles);
  process.stdout.write(toLine({ entered: true }));
  burn();
});
process.stdout.write(toLine({ parked: true }));

/** In slices of 10 ms, so that the end of stdin is noticed between them. */
function burn(): void {
  const end = performance.now() + 10;
  while (performance.now() < end);
  setImmediate(burn);
}
