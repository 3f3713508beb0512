/** Tells before the time is spent what a comparison with a stored baseline will be able to say. */
import { bridgeOf } from "../../reports/baseline/fingerprint.ts";
import type { StoredBaseline } from "../../reports/baseline/format.ts";
import type { RunFile } from "../record/run-file.ts";
import type { Cli } from "./context.ts";

export function warnOfDrift({ host, quiet }: Cli, stored: StoredBaseline, run: RunFile): void {
  const bridge = bridgeOf(stored, run);
  if (quiet || bridge.kind === "bridged") return;
  const why =
    bridge.kind === "refused"
      ? `the reference arm can't tie it to run ${stored.run}, the fingerprints differ: ${bridge.because.join("; ")}`
      : `nothing ties it to run ${stored.run}: no arm named reference ran in both`;
  host.stderr.write(`! gates compared with stored numbers alone stay undecided: ${why}\n`);
}
