/** Every peer, and how an entry of the table becomes a tool of the bench. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sh } from "../../support/sh.ts";
import type { Bench, Result, Tool } from "../bench.ts";
import { runTimed } from "../timed.ts";
import { autocannon } from "./autocannon.ts";
import { peersFolder } from "./find.ts";
import { hey } from "./hey.ts";
import { k6, k6Csv } from "./k6.ts";
import { oha, ohaCorrected, ohaHttp2 } from "./oha.ts";
import type { Ask, Peer, Run } from "./peer.ts";
import { vegeta, vegetaHttp2 } from "./vegeta.ts";
import { wrk, wrk2 } from "./wrk.ts";

export const peers: readonly Peer[] = [
  wrk,
  wrk2,
  autocannon,
  oha,
  ohaCorrected,
  ohaHttp2,
  hey,
  vegeta,
  vegetaHttp2,
  k6,
  k6Csv,
];

/** What it calls itself; null when it is not there. */
export async function versionOf(peer: Peer, host: Bench["host"]): Promise<string | null> {
  const argv = peer.find(host);
  if (argv === null) return null;
  const program = peer.name.replace(/,.*/, "");
  if (peer.version === null) return `${program}${pinnedVersion(peer, argv[0])}`;
  const { stdall } = await sh({ nothrow: true, timeout: "10s" })`${[...argv, ...peer.version]}`;
  const line = (stdall.trim().split("\n")[0] ?? "").replace(/ (\[|Copyright).*/, "");
  return line.toLowerCase().startsWith(program.replace(/\d$/, "")) ? line : `${program} ${line}`;
}

/** Of one that can't tell its version but was installed here: the one that is asked for. */
function pinnedVersion({ sources }: Peer, path: string): string {
  const [, version] = sources.flatMap((it) => ("go" in it ? [it.go.split("@")] : []))[0] ?? [];
  return version !== undefined && path.startsWith(peersFolder) ? ` ${version}` : "";
}

export function toolOf(peer: Peer): Tool {
  const run = async (bench: Bench, make: (dir: string) => Run): Promise<Result> => {
    const argv = peer.find(bench.host);
    if (argv === null) throw new Error(`${peer.name} is not installed`);
    const dir = mkdtempSync(join(tmpdir(), "shakedown-bench-"));
    try {
      const { args, env, files, report } = make(dir);
      for (const [name, text] of Object.entries(files ?? {})) writeFileSync(join(dir, name), text);
      const { stdout, ...cost } = await runTimed(bench, [...argv, ...args], env);
      const answer = report === undefined ? stdout : await sh({ timeout: "60s" })`${[...argv, ...report]}`.text();
      return { ...peer.read(answer), ...cost };
    } finally {
      rmSync(dir, { recursive: true });
    }
  };
  const ask = (url: string, connections: number, seconds: number, dir: string): Ask => ({
    ...{ url, connections, seconds, dir },
  });
  const { closed, open } = peer;
  return {
    name: peer.name,
    http2: peer.http2 === true,
    version: ({ host }) => versionOf(peer, host),
    closed:
      closed === null
        ? null
        : (bench, url, connections, seconds) => run(bench, (dir) => closed(ask(url, connections, seconds, dir))),
    open:
      open === null
        ? null
        : (bench, url, load, seconds) => run(bench, (dir) => open({ ...ask(url, load.atOnce, seconds, dir), ...load })),
  };
}
