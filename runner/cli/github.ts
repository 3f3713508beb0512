/** What a run on GitHub Actions gets beside its reports: a job summary, and annotations at the gates. */
import { appendFileSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { renderAnnotations } from "../../reports/render/annotations.ts";
import { type Links, renderMarkdown } from "../../reports/render/markdown.ts";
import type { Judgement } from "../../reports/verdict/judgement.ts";
import { messageOf } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import type { Cli } from "./context.ts";

export interface ForGithub {
  /** Where the gates stand. */
  readonly file: string;
  readonly inconclusive: "pass" | "fail" | undefined;
}

/** Elsewhere it does nothing. A summary that can't be written is told and stops nothing. */
export function tellGithub({ host }: Cli, judgement: Judgement, { file, inconclusive }: ForGithub): void {
  const { GITHUB_STEP_SUMMARY: summary, GITHUB_ACTIONS: actions } = host.env;
  if (summary !== undefined && summary !== "") {
    try {
      appendFileSync(resolve(host.cwd, summary), `${renderMarkdown(judgement, linksFor(host, file))}\n`);
    } catch (error) {
      host.stderr.write(`the job summary could not be written: ${messageOf(error)}\n`);
    }
  }
  // The runner reads commands from both streams; stdout is the answer, and with --json nothing but NDJSON.
  if (actions === "true") host.stderr.write(renderAnnotations(judgement, { file: fileIn(host, file), inconclusive }));
}

/** Relative to the checkout, with slashes; null outside of it. */
function fileIn({ cwd, env }: Pick<Host, "cwd" | "env">, file: string): string | null {
  const inside = relative(env.GITHUB_WORKSPACE || cwd, resolve(cwd, file));
  return inside === "" || inside.startsWith("..") || isAbsolute(inside) ? null : inside.replaceAll("\\", "/");
}

/** Of a run on GitHub: its page, which has the artifacts, and the lines of the scenario. Elsewhere there are none. */
export function linksFor(host: Pick<Host, "cwd" | "env">, file: string): Links {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run, GITHUB_SHA: commit } = host.env;
  if (!server || !repository) return {};
  const inside = fileIn(host, file);
  const path = (of: string) => of.split("/").map(encodeURIComponent).join("/");
  return {
    ...(run ? { run: `${server}/${repository}/actions/runs/${run}` } : {}),
    ...(commit && inside !== null ? { scenario: `${server}/${repository}/blob/${commit}/${path(inside)}` } : {}),
  };
}
