/** `make bench`: the native engine against other load generators on this machine. Options: --quick, and --rounds N. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf, UserError } from "../../runner/shared/errors.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import { accuracy } from "./accuracy.ts";
import type { Bench } from "./bench.ts";
import { machine, onPath, pinning } from "./machine.ts";
import { nativeTool } from "./native-tool.ts";
import { peers } from "./peers.ts";
import { sampling } from "./sampling.ts";
import { sendTime } from "./send-time.ts";
import { type BenchResult, markdown } from "./table.ts";
import { startServer } from "./target.ts";
import { throughput } from "./throughput.ts";

/** Peers that npm and apt give anywhere: without them a bench says nothing. */
const required = ["wrk", "autocannon"];

/** Seconds of each part, over all tools: with starts and ends the whole takes three to four minutes. */
const budget = { throughput: 100, accuracy: 50, sendTime: 30, sampling: 20 };
const quickly = { throughput: 20, accuracy: 10, sendTime: 8, sampling: 8 };
const sampled = 10;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { quick: { type: "boolean", default: false }, rounds: { type: "string" } },
  });
  const seconds = values.quick ? quickly : budget;
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 4));
  if (!Number.isInteger(rounds) || rounds < 2 || rounds > 50) {
    throw new UserError("--rounds takes a whole number from 2 to 50", { hint: "a ratio needs at least two rounds" });
  }
  const host = realHost();
  const where = pinning();
  const at = host.clock.wall().toISOString();
  const on = machine(process.version, where);
  using server = await startServer(host, where, onPath("go"));
  const root = `http://127.0.0.1:${server.port}`;
  const bench: Bench = {
    host,
    pinning: where,
    url: { port: server.port, fast: `${root}/`, delay: `${root}/delay` },
  };
  const say = (text: string) => host.stderr.write(`${text}\n`);

  const asked = await Promise.all(
    [nativeTool, ...peers].map(async (tool) => ({ tool, version: await tool.version(bench) })),
  );
  const missing = asked.filter((it) => it.version === null).map((it) => it.tool.name);
  const lacking = required.filter((it) => missing.includes(it));
  if (lacking.length > 0) {
    throw new UserError(`the bench needs ${lacking.join(" and ")}`, { hint: `apt-get install ${lacking.join(" ")}` });
  }
  const tools = asked.filter((it) => it.version !== null).map((it) => it.tool);
  const each = (total: number, runs: number) => Math.max(1, Math.round(total / runs));
  const accuracyRounds = values.quick ? 1 : 5;
  const sendRounds = values.quick ? 2 : 5;

  const result: BenchResult = {
    at,
    machine: on,
    server: server.name,
    versions: asked.flatMap((it) => it.version ?? []),
    missing,
    rounds,
    throughput: await throughput(bench, tools, rounds, each(seconds.throughput, rounds * tools.length), say),
    accuracy: await accuracy(bench, tools, accuracyRounds, each(seconds.accuracy, accuracyRounds * tools.length), say),
    sendTime: await sendTime(bench, sendRounds, each(seconds.sendTime, 2 * sendRounds), say),
    sampling: await sampling(host, sampled, sendRounds, each(seconds.sampling, 2 * sendRounds), say),
  };
  const table = markdown(result);
  const folder = packageFile("results", "bench");
  mkdirSync(folder, { recursive: true });
  const name = join(folder, at.replaceAll(/[-:]/g, "").slice(0, 15));
  writeFileSync(`${name}.md`, table);
  writeFileSync(`${name}.json`, `${JSON.stringify(result, null, 2)}\n`);
  host.stdout.write(table);
  say(`written to ${name}.md`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n${error instanceof UserError ? `${error.hint ?? ""}\n` : ""}`);
  process.exitCode = error instanceof UserError ? error.exit : 6;
}
