/** `make bench`: this project's engines against other load generators on this machine. Options: --quick, --rounds N; or --soak, --minutes N. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf, UserError } from "../../runner/shared/errors.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import { accuracy } from "./accuracy.ts";
import type { Bench, Tool } from "./bench.ts";
import { asked, commands } from "./commands.ts";
import { loss } from "./loss.ts";
import { leaveGenerator, machine, onPath, pinning } from "./machine.ts";
import { k6Exact, k6Tool, nativeHttp2, nativeTool } from "./own-engines.ts";
import { peers, toolOf } from "./peers/registry.ts";
import { sampling } from "./sampling.ts";
import { sendTime } from "./send-time.ts";
import { soak, soakTable } from "./soak.ts";
import { stall } from "./stall.ts";
import { type BenchResult, markdown } from "./table.ts";
import { startServer } from "./target.ts";
import { throughput } from "./throughput.ts";

/** Peers that npm and apt give anywhere: without them a bench says nothing. */
const required = ["wrk", "autocannon"];

type Plan = Readonly<Record<"throughput" | "accuracy" | "loss" | "sendTime" | "sampling", readonly [number, number]>>;

/**
 * Rounds and seconds of each run. Starting a tool costs up to half a CPU-second, and V8 compiles for the first three seconds of a load:
 * where that is not what is asked, runs are long.
 */
const whole: Plan = { throughput: [4, 8], accuracy: [3, 5], loss: [1, 4], sendTime: [3, 8], sampling: [3, 6] };
const quick: Plan = { throughput: [2, 2], accuracy: [1, 1], loss: [1, 1], sendTime: [2, 2], sampling: [2, 2] };
const sampled = 10;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      soak: { type: "boolean", default: false },
      minutes: { type: "string", default: "10" },
    },
  });
  const plan = values.quick ? quick : whole;
  const rounds = Number(values.rounds ?? plan.throughput[0]);
  if (!Number.isInteger(rounds) || rounds < 2 || rounds > 50) {
    throw new UserError("--rounds takes a whole number from 2 to 50", { hint: "a ratio needs at least two rounds" });
  }
  const minutes = Number(values.minutes);
  if (!Number.isInteger(minutes) || minutes < 2 || minutes > 600) {
    throw new UserError("--minutes takes a whole number from 2 to 600", { hint: "memory is compared with minute 1" });
  }
  const host = realHost();
  const where = pinning();
  leaveGenerator(where);
  const at = host.clock.wall().toISOString();
  const on = machine(process.version, where);
  using server = await startServer(host, where, onPath("go"));
  const bench: Bench = { host, pinning: where, url: server.url };
  const say = (text: string) => host.stderr.write(`${text}\n`);
  const keep = (what: string, table: string, result: unknown) => {
    const folder = packageFile("results", "bench");
    mkdirSync(folder, { recursive: true });
    const name = join(folder, `${at.replaceAll(/[-:]/g, "").slice(0, 15)}${what}`);
    writeFileSync(`${name}.md`, table);
    writeFileSync(`${name}.json`, `${JSON.stringify(result, null, 2)}\n`);
    host.stdout.write(table);
    say(`written to ${name}.md`);
  };
  if (values.soak) {
    const rows = await soak(bench, minutes, say);
    return keep("-soak", `${soakTable(rows)}\n${on}; server: ${server.name}.\n`, { at, machine: on, rows });
  }
  const { tools, versions, missing } = await installed(bench);

  const result: BenchResult = {
    ...{ at, machine: on, server: server.name, versions, missing, rounds },
    throughput: await throughput(bench, tools, rounds, plan.throughput[1], say),
    accuracy: await accuracy(bench, tools, ...plan.accuracy, say),
    stall: await stall(bench, tools, say),
    loss: await loss(bench, tools, ...plan.loss, say),
    sendTime: await sendTime(bench, ...plan.sendTime, say),
    sampling: await sampling(host, sampled, ...plan.sampling, say),
    commands: await commands(host, asked, say),
  };
  keep("", markdown(result), result);
}

/** @throws UserError when one is missing without which a bench says nothing */
async function installed(bench: Bench): Promise<{ tools: Tool[]; versions: string[]; missing: string[] }> {
  const all = [nativeTool, nativeHttp2, k6Tool, k6Exact, ...peers.map(toolOf)].filter(
    (it) => it.http2 !== true || bench.url.http2 !== null,
  );
  const asked = await Promise.all(all.map(async (tool) => ({ tool, version: await tool.version(bench) })));
  const missing = asked.flatMap((it) => (it.version === null ? [it.tool.name] : []));
  const lacking = required.filter((it) => missing.includes(it));
  if (lacking.length > 0) {
    throw new UserError(`the bench needs ${lacking.join(" and ")}`, { hint: 'run "make bench-peers"' });
  }
  return {
    tools: asked.flatMap((it) => (it.version === null ? [] : [it.tool])),
    versions: [...new Set(asked.flatMap((it) => it.version ?? []))],
    missing,
  };
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n${error instanceof UserError ? `${error.hint ?? ""}\n` : ""}`);
  process.exitCode = error instanceof UserError ? error.exit : 6;
}
