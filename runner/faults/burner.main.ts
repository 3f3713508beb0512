/** Burner: enters a cgroup and uses one core of it. Ends when its stdin closes. */
import { enter } from "./enter.ts";
import { obey, say } from "./helper-side.ts";

export interface BurnOrder {
  readonly procsFiles: readonly string[];
}

obey<BurnOrder>(({ procsFiles }) => {
  enter(procsFiles);
  say({ entered: true });
  burn();
});

/** In slices of 10 ms, so that the end of stdin is noticed between them. */
function burn(): void {
  const end = performance.now() + 10;
  while (performance.now() < end);
  setImmediate(burn);
}
