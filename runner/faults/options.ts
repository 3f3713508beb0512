/** Options that several kinds of faults have. */
import { z } from "zod";
import { share } from "../shared/quantity-fields.ts";

export const stream = z
  .enum(["downstream", "upstream", "both"])
  .default("downstream")
  .meta({ description: "Direction that is hit: downstream is towards the client" });

/** Which share of connections a toxic is on, drawn once per connection. */
export const connections = share('Share of connections that are hit, such as "50%"').default(1);

/** Common to faults on instances: how many of them. Default: one. */
export const howMany = {
  count: z.int().min(1).optional().meta({ description: "How many instances; 1 when neither count nor share is given" }),
  share: share('Share of the instances, rounded down but at least one, such as "50%"').optional(),
};

export const notBoth = (
  options: { readonly count?: number | undefined; readonly share?: number | undefined },
  context: z.RefinementCtx,
): void => {
  if (options.count !== undefined && options.share !== undefined) {
    context.addIssue({ code: "custom", path: ["share"], message: "expected either count or share, found both" });
  }
};
