/** How far sessions of one level lie apart on this class of host: what a comparison with stored numbers has to allow for. */
import { standardDeviation } from "../stats/describe.ts";
import { type Evolved, watch } from "./evolve.ts";

export interface Between {
  /** Standard deviation of a session, in the unit of the metric's scale (a logarithm for ratios). */
  readonly sd: number;
  /** That it is from. */
  readonly sessions: number;
}

/**
 * By condition key: of what was measured, not of ratios, in the nights since the latest change. Of several arms the one that
 * everything is held against, since nobody changes it; else the one that varied most.
 */
export function betweenSessions({ nights, series, known }: Evolved): Map<string, Between> {
  const found = new Map<string, Between>();
  for (const { series: it, borders } of watch(series, nights, known, { margins: new Map() })) {
    const raw = it.points.slice(borders.at(-1) ?? 0).map((point) => point.beside ?? point.raw);
    if (raw.length < 2 || (it.scale === "ratio" && !raw.every((value) => value > 0))) continue;
    const sd = standardDeviation(it.scale === "ratio" ? raw.map(Math.log) : raw);
    const before = found.get(it.key);
    if (before === undefined || before.sd < sd) found.set(it.key, { sd, sessions: raw.length });
  }
  return found;
}
