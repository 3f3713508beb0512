/** The trials of a finding one by one, for drawings and tables. */
import type { Scalar } from "../../evidence/evidence.ts";
import type { Finding } from "../judgement.ts";
import type { Prepared } from "../prepare/prepare.ts";

/** Stored ones first: they ran before. */
export const dots = ({ samples, stored, hypothesis }: Prepared): Finding["trials"] => [
  ...stored.map(({ trial, scalar }) => ({
    ...dot(trial, hypothesis.versus ?? "", scalar),
    note: noteOf(scalar, true),
  })),
  ...[...samples.baseline, ...samples.candidate]
    .sort((a, b) => a.trial.index - b.trial.index)
    .map(({ trial, scalar }) => dot(trial, trial.arm, scalar)),
];

const dot = ({ index, block }: { index: number; block: number }, arm: string, scalar: Scalar) => ({
  trial: index,
  block,
  arm,
  value: scalar.kind === "value" ? scalar.value : scalar.kind === "worst" ? scalar.atLeast : null,
  worst: scalar.kind === "worst",
  note: noteOf(scalar, false),
});

const noteOf = (scalar: Scalar, stored: boolean): string | null => {
  const notes = [...(stored ? ["stored"] : []), ...(scalar.kind === "value" ? [] : [scalar.reason])];
  return notes.length === 0 ? null : notes.join(": ");
};
