/** Zod pieces for options with units: text in the scenario, a plain number in one unit inside. */
import { z } from "zod";
import { type Parsed, parseBound, parseBytes, parseCpu, parseDuration, parsePercent } from "../shared/quantities.ts";

/** Milliseconds. */
export const duration = (description: string) => quantity(parseDuration, description);
/** Bytes. */
export const bytes = (description: string) => quantity(above(parseBytes, 0), description);
/** Bytes per second. */
export const byteRate = (description: string) =>
  quantity(
    above((text) => parseBound(text, "bytes/s"), 0),
    description,
  );
/** Cores; a quota below 10m would be less than the kernel's shortest run of 1 ms in 100 ms. */
export const cores = (description: string) =>
  quantity((text) => {
    const parsed = parseCpu(text);
    return parsed.ok && parsed.value < 0.01 ? { ok: false, expected: 'at least "10m"' } : parsed;
  }, description);
/** A ratio in (0, 1]. */
export const share = (description: string) =>
  quantity((text) => {
    const parsed = above(parsePercent, 0)(text);
    return parsed.ok && parsed.value > 1 ? { ok: false, expected: 'at most "100%"' } : parsed;
  }, description);

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

function quantity(parse: (text: string) => Parsed, description: string) {
  return z
    .string()
    .transform((text, context) => {
      const parsed = parse(text);
      if (parsed.ok) return parsed.value;
      context.addIssue({ code: "custom", message: `expected ${parsed.expected}, found ${JSON.stringify(text)}` });
      return z.NEVER;
    })
    .meta({ description });
}

const above =
  (parse: (text: string) => Parsed, least: number) =>
  (text: string): Parsed => {
    const parsed = parse(text);
    return parsed.ok && parsed.value <= least ? { ok: false, expected: "more than zero" } : parsed;
  };
