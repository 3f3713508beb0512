/** The cumulative guard: tonight against the last release, so that many steps too small for any one night still fail together. */
import { mean, standardError } from "../stats/describe.ts";
import { OutOfDomain, requireProbability } from "../stats/errors.ts";
import { studentCdf, studentQuantile } from "../stats/student.ts";
import { welchT } from "../stats/t-test.ts";

/** Measured together, night by night; or the nights of the release and the latest nights, each by themselves. */
export type AgainstRelease =
  | { readonly kind: "paired"; readonly pairs: readonly { readonly release: number; readonly tonight: number }[] }
  | {
      readonly kind: "unpaired";
      readonly release: readonly number[];
      readonly tonight: readonly number[];
      /** Of the nights at one level, at lag 1: the more of it, the less each night adds. */
      readonly autocorrelation: number;
    };

export interface CumulativeTerms {
  readonly scale: "ratio" | "difference";
  readonly better: "lower" | "higher";
  /** What the release may lose in all; positive, a share on the ratio scale (0.05 is 5 %), else in the metric's unit. */
  readonly margin: number;
  /** One-sided levels of passing and of failing. */
  readonly alpha: number;
  readonly alphaFail: number;
}

/** In "worse" units: positive is worse than the release, a logarithm on the ratio scale. */
export interface Cumulative {
  /** pass: shown to be less than the margin worse. worse: shown to be worse, and by the margin or more. */
  readonly verdict: "pass" | "worse" | "undecided";
  readonly estimate: number;
  /** Ends of the one-sided intervals at `alpha`. */
  readonly lower: number;
  readonly upper: number;
  readonly margin: number;
}

/**
 * Non-inferiority of the latest nights to the last release, by Student's or Welch's t.
 *
 * @throws TooFew below two pairs, or two nights on a side; OutOfDomain for a value that is not finite, one that is not positive on
 *         the ratio scale, a margin or level out of range, or an autocorrelation outside (-1, 1)
 */
export function sinceRelease(sample: AgainstRelease, terms: CumulativeTerms): Cumulative {
  requireProbability("alpha", terms.alpha);
  requireProbability("alphaFail", terms.alphaFail);
  const margin = marginOf(terms);
  const { estimate, error, df } = worsening(sample, terms);
  const reach = -studentQuantile(terms.alpha, df) * error;
  const lower = estimate - reach;
  const upper = estimate + reach;
  const notWorse = error > 0 ? studentCdf(-estimate / error, df) : estimate > 0 ? 0 : 1;
  const worse = notWorse <= terms.alphaFail && estimate >= margin;
  return { verdict: worse ? "worse" : upper < margin ? "pass" : "undecided", estimate, lower, upper, margin };
}

/** ln(1 + M) where lower is better, -ln(1 - M) where higher is: both are "M worse". */
function marginOf({ scale, better, margin }: CumulativeTerms): number {
  if (!(margin > 0)) throw new OutOfDomain("a margin must be positive", margin);
  if (scale === "difference") return margin;
  if (better === "lower") return Math.log1p(margin);
  if (margin >= 1) throw new OutOfDomain("what is better when higher can't get worse by 100 % or more", margin);
  return -Math.log1p(-margin);
}

interface Worsening {
  readonly estimate: number;
  /** Standard error; 0 where no spread was seen. */
  readonly error: number;
  readonly df: number;
}

function worsening(sample: AgainstRelease, { scale, better }: CumulativeTerms): Worsening {
  const scaled = (value: number): number => {
    if (scale === "ratio" && !(value > 0)) throw new OutOfDomain("values on the ratio scale must be positive", value);
    const it = scale === "ratio" ? Math.log(value) : value;
    return better === "lower" ? it : -it;
  };
  if (sample.kind === "paired") {
    const differences = sample.pairs.map((it) => scaled(it.tonight) - scaled(it.release));
    return { estimate: mean(differences), error: standardError(differences), df: differences.length - 1 };
  }
  const carried = Math.max(0, sample.autocorrelation);
  if (!(Math.abs(sample.autocorrelation) < 1))
    throw new OutOfDomain("an autocorrelation must lie between -1 and 1", sample.autocorrelation);
  const tonight = sample.tonight.map(scaled);
  const release = sample.release.map(scaled);
  if (standardError(tonight) + standardError(release) === 0)
    return { estimate: mean(tonight) - mean(release), error: 0, df: tonight.length + release.length - 2 };
  const { center, error, df } = welchT(tonight, release);
  // So many nights say as much about their mean as fewer independent ones: (1 - φ) / (1 + φ) of them.
  const worth = (1 - carried) / (1 + carried);
  return { estimate: center, error: error / Math.sqrt(worth), df: Math.max(1, df * worth) };
}
