/** `make calibrate`: measures the error rates and the power that the verdict claims, on simulated sessions. Option: --sessions N. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf, UserError } from "../../runner/shared/errors.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import { asks, questions, stops } from "./cells.ts";
import { models, sampleQuestions, samplesIn } from "./independent.ts";
import { noises } from "./noise.ts";
import { type Job, simulateAll } from "./pool.ts";
import type { Tally } from "./simulate.ts";
import { markdown, misses } from "./table.ts";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { sessions: { type: "string", default: "10000" } } });
  const sessions = Number(values.sessions);
  if (!Number.isInteger(sessions) || sessions < 100 || sessions > 1_000_000) {
    throw new UserError("--sessions takes a whole number from 100 to 1000000");
  }
  const host = realHost();
  const at = host.clock.wall().toISOString();
  const began = host.clock.now();
  const jobs: Job[] = [
    ...noises.flatMap((noise) =>
      questions.flatMap(({ of }) =>
        of.filter((it) => asks(it, noise)).map(({ cell }) => ({ cell, noise: noise.name, sessions })),
      ),
    ),
    ...models.flatMap(({ name }) =>
      sampleQuestions.map(({ cell }) => ({ cell, noise: name, sessions: samplesIn(sessions) })),
    ),
    ...stops.map((cell) => ({ cell, noise: noises[0]?.name ?? "", sessions })),
  ];
  const tallies = await simulateAll(jobs);
  const tally = (of: Pick<Job, "cell" | "noise">): Tally =>
    tallies[jobs.findIndex((it) => it.cell === of.cell && it.noise === of.noise)] as Tally;
  const study = {
    at,
    sessions,
    tally: (cell: Job["cell"], { name }: { name: string }) => tally({ cell, noise: name }),
  };
  const table = markdown(study);
  const folder = packageFile("results", "calibrate");
  mkdirSync(folder, { recursive: true });
  const name = join(folder, `verdict-${at.replaceAll(/[-:]/g, "").slice(0, 15)}`);
  const cells = jobs.map((job, i) => ({ noise: job.noise, ...job.cell, ...tallies[i] }));
  writeFileSync(`${name}.md`, table);
  writeFileSync(`${name}.json`, `${JSON.stringify({ at, sessions, cells }, null, 2)}\n`);
  host.stdout.write(table);
  host.stderr.write(`${((host.clock.now() - began) / 1000).toFixed(0)} s, written to ${name}.md\n`);
  if (misses(study).length > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n${error instanceof UserError ? `${error.hint ?? ""}\n` : ""}`);
  process.exitCode = error instanceof UserError ? error.exit : 6;
}
