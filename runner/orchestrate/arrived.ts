/** Whether the load of a script came to the target at all: where a script sends is its own affair, and may be another service. */
import type { LoadEnd } from "../engines/engine.ts";
import type { LoadSpec } from "../record/scenario.ts";
import type { Target } from "../substrate/target.ts";

type Asked = Pick<Target, "name" | "link">;

/** Asked before the load; the answer is asked after it: why nothing is known of the target, null when something is. */
export async function watchArrival(
  { script }: Pick<LoadSpec, "script">,
  { name, link }: Asked,
): Promise<(totals: LoadEnd["totals"]) => Promise<string | null>> {
  if (script === undefined) return async () => null;
  const before = await accepted(link);
  return async ({ due }) => {
    const after = await accepted(link);
    if (due === 0 || before === null || after === null || after > before) return null;
    return `the script sent ${due} requests, and none of them to ${name}: it finds the target in __ENV.SHAKEDOWN_URL`;
  };
}

/** Null when the router is gone, which is told elsewhere. */
const accepted = (link: Asked["link"]): Promise<number | null> => link.accepted().catch(() => null);
