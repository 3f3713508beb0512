/** Tells before the time is spent what a comparison with a stored baseline will be able to say. */
import { bridgeOf } from "../../../reports/baseline/fingerprint.ts";
import { SESSIONS } from "../../../reports/verdict/inference/limits.ts";
import type { JudgeOptions } from "../../../reports/verdict/judge-options.ts";
import { conditionKey } from "../../record/condition-key.ts";
import type { RunFile } from "../../record/run-file.ts";
import type { Cli } from "../context.ts";

export function warnOfDrift(
  { host, quiet }: Cli,
  run: RunFile,
  { against, between }: Pick<JudgeOptions, "against" | "between">,
): void {
  if (quiet || against == null) return;
  const bridge = bridgeOf(against, run);
  const known = (key: string) => (between?.(key)?.sessions ?? 0) >= SESSIONS;
  const open = run.scenario.gates.filter((it) => it.versus === "baseline" && !known(conditionKey(it)));
  if (bridge.kind === "bridged" || (bridge.kind === "none" && open.length === 0)) return;
  const why =
    bridge.kind === "refused"
      ? `the reference arm can't tie it to run ${against.run}, the fingerprints differ: ${bridge.because.join("; ")}`
      : `nothing ties it to run ${against.run}: no arm named reference ran in both`;
  host.stderr.write(`! gates compared with stored numbers alone stay undecided: ${why}\n`);
}
