/** What an A/A session left: both arms were the baseline, so every difference is noise. One line each in `<host-class>.calibration.ndjson`. */
import { z } from "zod";

/** Where an arm has no value of its own, only which of the two did better is known. */
const difference = z.union([z.number(), z.enum(["worse", "better"])]);

const aaSession = z.object({
  v: z.literal(1),
  run: z.string(),
  /** UTC, ISO 8601. */
  at: z.string(),
  shakedown: z.string(),
  /** Of the baseline arm: another scenario's noise says nothing of this one's. */
  hash: z.string(),
  verdict: z.enum(["pass", "regressed", "failed", "inconclusive", "invalid"]),
  gates: z.array(
    z.object({
      key: z.string(),
      title: z.string(),
      scale: z.enum(["ratio", "difference"]),
      better: z.enum(["lower", "higher"]),
      /** As `differences`: a logarithm on the ratio scale. */
      margin: z.number().positive(),
      verdict: z.string(),
      /** One per pair: positive is worse for the arm called candidate, a logarithm on the ratio scale. */
      differences: z.array(difference),
    }),
  ),
});

export type AaSession = z.output<typeof aaSession>;
export type AaGate = AaSession["gates"][number];

export interface AaSessions {
  readonly sessions: readonly AaSession[];
  /** Lines that could not be read, in words. */
  readonly problems: readonly string[];
}

export function readAaSessions(text: string): AaSessions {
  const sessions: AaSession[] = [];
  const problems: string[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const parsed = aaSession.safeParse(parse(line));
    if (parsed.success) sessions.push(parsed.data);
    else problems.push(`line ${i + 1} is no A/A session`);
  }
  return { sessions, problems };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
