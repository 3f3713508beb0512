/** When two sessions may be compared, and when the reference arm ties them together. */
import { baselineRefFact, type RunFile } from "../../runner/record/run-file.ts";
import type { Arm, Setup } from "../../runner/record/scenario.ts";
import type { StoredBaseline } from "./format.ts";

/** Facts of the machine and of programs, without those that say what one arm was made of. */
export const machineOf = ({
  [baselineRefFact]: _,
  ...facts
}: Readonly<Record<string, string>>): Record<string, string> => facts;

/** Parts of the setup that differ, by name; all of them where the arm does not know its own. */
export function setupDiffers(stored: Pick<StoredBaseline, "setup">, { setup }: Pick<Arm, "setup">): (keyof Setup)[] {
  const parts = Object.keys(stored.setup) as (keyof Setup)[];
  return parts.filter((it) => stored.setup[it] !== setup?.[it]);
}

export interface Difference {
  readonly name: string;
  /** Null: that session does not know the fact. */
  readonly stored: string | null;
  readonly now: string | null;
}

export function environmentDiffers(
  stored: Pick<StoredBaseline, "environment">,
  { environment }: Pick<RunFile, "environment">,
): Difference[] {
  const now = machineOf(environment);
  const names = new Set([...Object.keys(stored.environment), ...Object.keys(now)]);
  return [...names]
    .filter((it) => stored.environment[it] !== now[it])
    .map((name) => ({ name, stored: stored.environment[name] ?? null, now: now[name] ?? null }));
}

/** `kernel was 6.17, is 6.18` */
export const differenceInWords = ({ name, stored, now }: Difference): string =>
  `${name} was ${stored ?? "not recorded"}, is ${now ?? "not recorded"}`;

export type Bridge =
  | { readonly kind: "bridged" }
  /** Both sessions have the arm, but not the same one, or not on the same machine. */
  | { readonly kind: "refused"; readonly because: readonly string[] }
  | { readonly kind: "none" };

/** The fingerprint is the hash of the reference arm with the environment that it ran in. */
export function bridgeOf(stored: StoredBaseline, run: Pick<RunFile, "scenario" | "environment">): Bridge {
  const reference = run.scenario.arms.find((it) => it.name === "reference");
  if (reference === undefined || stored.reference === null) return { kind: "none" };
  const because = [
    ...(reference.hash === stored.reference ? [] : ["the reference arm is another one"]),
    ...environmentDiffers(stored, run).map(differenceInWords),
  ];
  return because.length === 0 ? { kind: "bridged" } : { kind: "refused", because };
}
