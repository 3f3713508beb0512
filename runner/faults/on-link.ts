/** What faults on a target's router share: one toxic, leased by its name, proved by the connections it touched. */
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { Toxic } from "../substrate/router/control.ts";
import { defineFault } from "./define.ts";
import type { Fault } from "./fault.ts";

/** @param fault.does in words, after "on the link of shop: " */
export function faultOnLink<S extends z.ZodObject>(fault: {
  readonly kind: string;
  readonly help: string;
  readonly options: S;
  readonly does: (options: z.output<S>) => string;
  readonly toxic: (options: z.output<S>) => Toxic;
  /** 0 < share <= 1 of connections. */
  readonly share: (options: z.output<S>) => number;
}): Fault {
  return defineFault({
    kind: fault.kind,
    help: fault.help,
    options: fault.options,
    requires: ["link"],
    nature: "lasting",
    hits: "link",
    reach: () => 0,
    plan: (options, { name: target, link }) => {
      // Two faults of one kind may be on at a time.
      const name = `${fault.kind}-${randomUUID().slice(0, 8)}`;
      const share = fault.share(options);
      const some = share < 1 ? ` for ${Math.round(share * 1000) / 10} % of connections` : "";
      return [
        {
          instance: "link",
          does: `on the link of ${target}: ${fault.does(options)}${some}`,
          undo: "take it off",
          lease: async () => ({ undo: "toxic", port: link.controlPort, token: link.token, toxic: name }),
          apply: () => link.add(name, fault.toxic(options), share),
          landed: async () => {
            const { on, connections } = await link.touched(name);
            const many = connections === 1 ? "1 connection" : `${connections} connections`;
            return on && connections > 0 ? { grade: "A", text: `the router hit ${many} with it` } : null;
          },
        },
      ];
    },
  });
}
