/** Which instances a fault hits: `count` or `share` of those that are ready, drawn with the trial's seeded random. */
import { shuffled } from "../shared/random.ts";
import type { Instance, Target } from "../substrate/target.ts";

interface HowMany {
  readonly count?: number | undefined;
  /** 0 < share <= 1 of the desired instances. */
  readonly share?: number | undefined;
}

/** At least one, at most all. A share is rounded down, as maxUnavailable is in Kubernetes: the gentler side. */
export function reach({ count, share }: HowMany, desired: number): number {
  // The small term undoes what floating point takes: 0.58 x 50 is 28.999….
  const wanted = share === undefined ? (count ?? 1) : Math.floor(share * desired + 1e-9);
  return Math.min(Math.max(1, wanted), desired);
}

/** In order of id; fewer than asked for when fewer are ready. */
export function pickInstances(options: HowMany, target: Target, random: () => number): Instance[] {
  const ready = inOrder(target.instances().filter((it) => it.state === "ready"));
  return inOrder(shuffled(ready, random).slice(0, reach(options, target.desired)));
}

/** `shop-10` comes after `shop-9`. Independent of the machine's locale. */
const byId = new Intl.Collator("en", { numeric: true });
const inOrder = (instances: readonly Instance[]): Instance[] => [...instances].sort((a, b) => byId.compare(a.id, b.id));
