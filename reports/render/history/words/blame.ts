/** Who is to blame for a change. */
import { counted } from "../../../../runner/shared/format.ts";
import { type Between, type Blame, type Blames, betweenOf } from "../../../history/blame.ts";
import type { ChangeReport } from "../../../history/change-report.ts";
import type { Night } from "../../../history/report.ts";
import { shortCommit } from "./names.ts";

/** Who is to blame, in a sentence without its full stop. */
export function blameText(nights: readonly Night[], change: ChangeReport, blames: Blames): string {
  const { here, widest } = betweenOf(nights, change);
  const all = widest?.kind === "range" ? blames[widest.range] : undefined;
  const more =
    all === undefined || "problem" in all || all.first === null
      ? ""
      : `; as likely any of ${counted(all.commits, "commit")}, from ${shortCommit(all.first.commit)} on`;
  return `${sideText(here, blames)}${more}`;
}

function sideText(side: Between, blames: Blames): string {
  switch (side.kind) {
    case "unknown":
      return "no commit was recorded on one of the nights";
    case "same":
      return side.dirty
        ? `both nights ran ${shortCommit(side.commit)}, with changes that were not committed`
        : `both nights ran ${shortCommit(side.commit)}: not the code of this repository`;
    case "range":
      return rangeText(blames[side.range]) + (side.dirty ? ", with changes that were not committed" : "");
  }
}

function rangeText(blame: Blame | undefined): string {
  if (blame === undefined) return "git was not asked";
  if ("problem" in blame) return blame.problem;
  if (blame.first === null) return "the later night ran an older commit";
  const { commit, subject } = blame.first;
  return `${counted(blame.commits, "commit")}, first ${shortCommit(commit)} "${subject}"`;
}
