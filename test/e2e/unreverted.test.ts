/** What can't be undone: exit 5 before all else, and the last line on stderr is the command that mends it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Exit } from "../../runner/shared/errors.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import { cliIn } from "../support/cli.ts";
import { service } from "../support/harness.ts";

const { kill } = realHost();
const lastOf = (err: string) => err.trimEnd().split("\n").at(-1);

test.concurrent("a process that can't be continued ends the run with 5 and the command that continues it", async () => {
  using cli = cliIn({ host: { kill: (pid, signal) => signal === "SIGCONT" || kill(pid, signal) } });
  writeFileSync(
    join(cli.dir, "a.yaml"),
    `apiVersion: shakedown/v1
name: stays-stopped
targets: { db: { kind: process, command: [node, ${service("db")}] } }
load: { target: db, rate: 20/s, requests: [{ name: get, get: / }] }
phases: [{ name: freeze, for: 2s, faults: [frozen] }]
faults: { frozen: { kind: pause, target: db, at: 500ms, for: 500ms } }
safety: { maxTargets: 100% }
trials: { count: 1 }
gates: [{ metric: errors.ratio, max: 100% }]
`,
  );
  const { exit, err } = await cli.run("--quiet", "run", "a.yaml");
  expect(exit).toBe(Exit.unreverted);
  expect(lastOf(err)).toMatch(/^kill -CONT \d+$/);
});

test.concurrent("a run that can't begin and can't be cleaned up after either tells both, the command last", async () => {
  using cli = cliIn({ host: { kill: () => true } });
  writeFileSync(
    join(cli.dir, "a.yaml"),
    `apiVersion: shakedown/v1
name: stays-there
targets:
  db:
    kind: process
    command: [node, ${service("db")}]
    build: [node, -e, "require('child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref(); process.exit(9)"]
load: { target: db, rate: 20/s, requests: [{ name: get, get: / }] }
phases: [{ name: steady, for: 1s }]
trials: { count: 1 }
gates: [{ metric: errors.ratio, max: 100% }]
`,
  );
  const { exit, err } = await cli.run("--quiet", "run", "a.yaml");
  expect(exit).toBe(Exit.unreverted);
  expect(err).toMatch(/error: .*build/);
  expect(lastOf(err)).toMatch(/^kill -KILL \d+$/);
});
