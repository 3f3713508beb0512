/** What git knows of a scenario's repository: the commit that a night ran, and those that lie between two nights. */
import type { Blame } from "../../reports/history/blame.ts";
import type { Host } from "../shared/host.ts";
import { type ProgramResult, runProgram } from "../shared/run-program.ts";

export interface Source {
  /** Null outside of a repository, and without git. */
  readonly commit: string | null;
  /** Tracked files differ from it, other than histories: these grow by every night. */
  readonly dirty: boolean;
  /** The highest version tag at it. */
  readonly release: string | null;
}

const timeoutMs = 60_000;

/** `v1.2`, `1.2.3`, `shop-v1.2.3`, `shop@1.2.3`; not `v1.2-rc1`. */
const versionTag = /(^|[-@/_])v?\d+(\.\d+)+$/;

export async function sourceOf(host: Host, folder: string): Promise<Source> {
  const git = gitIn(host, folder);
  const head = await git("rev-parse", "--verify", "HEAD");
  if (head.exit !== 0) return { commit: null, dirty: false, release: null };
  const [status, tags] = [
    await git("status", "--porcelain", "--untracked-files=no", "--", ":/", ":(top,exclude,glob)**/*.history/**"),
    await git("tag", "--points-at", "HEAD", "--sort=-version:refname"),
  ];
  return {
    commit: head.stdout.trim(),
    dirty: status.stdout.trim() !== "",
    release: tags.stdout.split("\n").find((it) => versionTag.test(it)) ?? null,
  };
}

/** @param range `<commit>..<commit>`: in the later one, and not in the earlier one */
export async function blameOf(host: Host, folder: string, range: string): Promise<Blame> {
  const git = gitIn(host, folder);
  const list = await git("rev-list", "--reverse", "--topo-order", "--end-of-options", range);
  if (list.exit !== 0) {
    const [line = ""] = list.output.trim().split("\n");
    return {
      range,
      problem: `git can't tell the commits between (${line.replace(/^fatal: /, "")}): is this clone whole?`,
    };
  }
  const commits = list.stdout.split("\n").filter((it) => it !== "");
  const [first] = commits;
  if (first === undefined) return { range, commits: 0, first: null };
  const subject = await git("log", "-1", "--format=%s", "--end-of-options", first);
  return { range, commits: commits.length, first: { commit: first, subject: subject.stdout.trim() } };
}

const gitIn =
  (host: Host, cwd: string) =>
  (...args: string[]): Promise<ProgramResult> =>
    runProgram(host, ["git", ...args], { cwd, timeoutMs, env: { GIT_OPTIONAL_LOCKS: "0" } });
