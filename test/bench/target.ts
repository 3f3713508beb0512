/** The bench's own server: compiled where there is Go, else Node. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../runner/shared/errors.ts";
import type { Host } from "../../runner/shared/host.ts";
import { readLines } from "../../runner/shared/lines.ts";
import { sh } from "../support/sh.ts";
import type { Pinning } from "./machine.ts";

/** What is behind them: server.go. */
export interface Urls {
  readonly fast: string;
  /** Over HTTP/2 by prior knowledge; null where the server has none. */
  readonly http2: string | null;
  readonly delay: string;
  readonly lossy: string;
  readonly stall: string;
  readonly log: string;
}

/** Of `/stall`, ms. */
export const stallMs = 2000;

interface BenchServer extends Disposable {
  readonly url: Urls;
  /** What it is, for the table. */
  readonly name: string;
}

/** What the server saw of `/delay` and `/lossy` since it was last asked. */
export interface ServerLog {
  readonly durations: readonly number[];
  readonly lost: number;
}

export async function serverLog(url: Urls): Promise<ServerLog> {
  const answer = await fetch(url.log);
  return (await answer.json()) as ServerLog;
}

const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** @param go path of the Go compiler; null for the server in Node */
export async function startServer(host: Host, where: Pinning, go: string | null): Promise<BenchServer> {
  const compiled = go === null ? null : await compile(go);
  const argv = compiled === null ? [host.node, beside("./server.main.ts")] : [compiled];
  const [command, ...args] = [...where.server, ...argv] as [string, ...string[]];
  const child = host.spawn([command, ...args], { env: host.env, stdio: ["ignore", "pipe", "inherit"] });
  const [port, fastPort] = await new Promise<string[]>((resolve, reject) => {
    if (child.stdout) readLines(child.stdout, (line) => resolve(line.split(" ")));
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const at = (path: string) => `http://127.0.0.1:${port}${path}`;
  return {
    url: {
      fast: `http://127.0.0.1:${fastPort}/`,
      http2: compiled === null ? null : at("/"),
      delay: at("/delay"),
      lossy: at("/lossy"),
      stall: at("/stall"),
      log: at("/log"),
    },
    name: compiled === null ? "Node (node:http)" : "Go (throughput: bare sockets; else net/http)",
    [Symbol.dispose]: () => void child.kill("SIGKILL"),
  };
}

/** @returns the path of the compiled server */
async function compile(go: string): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), "shakedown-bench-")), "server");
  const built = await sh({ nothrow: true, timeout: "300s" })`${go} build -o ${path} ${beside("./server.go")}`;
  if (!built.ok) throw new UserError(`the bench's server does not compile: ${built}`, { hint: "check `go version`" });
  return path;
}
