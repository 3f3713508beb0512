/** Tells of a variable that one arm sets and that looks like one that all have: a misspelt one changes nothing, and the arms are alike. */
import type { Scenario } from "../../record/scenario.ts";
import { didYouMean } from "../../scenario/document/suggest.ts";
import type { Cli } from "../context.ts";

export function warnOfMisspeltEnv(cli: Cli, { arms }: Pick<Scenario, "arms">): void {
  const byTarget = Map.groupBy(
    arms.flatMap((arm) => arm.targets.flatMap((it) => (it.kind === "process" ? [{ arm: arm.name, ...it }] : []))),
    (it) => it.name,
  );
  for (const [target, variants] of byTarget) {
    const sets = variants.map((it) => new Set(Object.keys(it.env)));
    const common = sets.reduce((all, it) => all.intersection(it));
    for (const name of sets.reduce((all, it) => all.union(it)).difference(common)) {
      const hint = didYouMean(name, common);
      const by = variants.filter((it) => name in it.env).map((it) => it.arm);
      if (hint !== null)
        cli.host.stderr.write(`! ${name} of ${target} is set in ${by.join(", ")} and in no other arm: ${hint}\n`);
    }
  }
}
