/** `doctor`: tries what scenarios may need on this machine, and says how to mend what is missing. */
import { findK6, k6Path } from "../../engines/k6/find.ts";
import { Exit, messageOf, UserError } from "../../shared/errors.ts";
import { toLine } from "../../shared/lines.ts";
import { ownPid } from "../../shared/own-pid.ts";
import { painter } from "../../shared/paint.ts";
import { runProgram } from "../../shared/run-program.ts";
import { detectCgroup } from "../../substrate/cgroup/detect.ts";
import { findProgram } from "../../substrate/launch.ts";
import { outstandingLeases, type RunState } from "../../undo/recover.ts";
import { openLeases } from "../../undo/store.ts";
import { type Cli, commandName } from "../context.ts";

interface Finding {
  readonly what: string;
  readonly status: "works" | "missing" | "broken";
  readonly text: string;
}

/** Exit 0 also when optional things are missing; 1 when something is broken that a run would trip over. */
export async function doctor(cli: Cli): Promise<Exit> {
  const { host } = cli;
  const findings = [
    node(cli),
    cgroup(),
    leases(cli),
    k6(cli),
    await chromium(cli),
    await cluster(),
    await program(cli, "git", ["--version"], "run --baseline-ref"),
  ];
  if (cli.json) for (const it of findings) host.stdout.write(toLine({ type: "check", ...it }));
  else {
    const paint = painter(cli.color.out);
    const mark = { works: paint("✓", "good"), missing: paint("-", "open"), broken: paint("✗", "bad") };
    for (const it of findings)
      host.stdout.write(`${mark[it.status]} ${it.what.padEnd(10)} ${it.status.padEnd(8)} ${it.text}\n`);
  }
  return findings.some((it) => it.status === "broken") ? Exit.regressed : Exit.pass;
}

const node = ({ host }: Cli): Finding => ({
  what: "node",
  status: "works",
  text: `${process.version} at ${host.node}`,
});

function cgroup(): Finding {
  const found = detectCgroup();
  if (found.version === null) {
    return {
      what: "cgroup",
      status: "missing",
      text: `${found.reason}; memory limits are emulated, CPU limits and cpu-pressure are not available`,
    };
  }
  const have = [found.memory ? "memory" : null, found.cpu ? "cpu" : null].filter((it) => it !== null).join(" and ");
  return {
    what: "cgroup",
    status: "works",
    text: `version ${found.version}, ${have} writable: limits and OOM kills are the kernel's own`,
  };
}

function k6({ host }: Cli): Finding {
  const found = findK6(host.env);
  if (typeof found !== "string") return { what: "k6", status: "works", text: `${found.version} at ${found.path}` };
  const there = k6Path(host.env) !== null;
  return { what: "k6", status: there ? "broken" : "missing", text: `${found}; needed for scenarios with engine: k6` };
}

function leases({ host }: Cli): Finding {
  let left: ReturnType<typeof outstandingLeases>;
  try {
    openLeases(host, `doctor-${ownPid}`).close();
    left = outstandingLeases(host);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { what: "leases", status: "broken", text: `${error.message}; ${error.hint}` };
  }
  const those = (state: RunState) => left.filter((it) => it.state === state).map((it) => it.run);
  const [dead, elsewhere] = [those("dead"), those("elsewhere")];
  const command = `${commandName(host)} recover`;
  const told = [
    ...(dead.length === 0 ? [] : [`${dead.join(", ")} left faults behind; undo them with: ${command}`]),
    ...(elsewhere.length === 0
      ? []
      : [
          `${elsewhere.join(", ")} left leases before this boot, or in another container; undo or forget them with: ${command} --all`,
        ]),
  ];
  if (told.length === 0) return { what: "leases", status: "works", text: "no fault was left behind" };
  return { what: "leases", status: "broken", text: told.join("; ") };
}

async function program(cli: Cli, name: string, args: readonly string[], use: string): Promise<Finding> {
  const { host } = cli;
  const path = findProgram(name, host.env, host.cwd);
  if (path === null) return { what: name, status: "missing", text: `not on the PATH; needed for ${use}` };
  const result = await runProgram(host, [path, ...args], { timeoutMs: 10_000 });
  const version = result.stdout.split("\n")[0]?.trim() ?? "";
  return result.exit === 0
    ? { what: name, status: "works", text: `${version} at ${path}` }
    : {
        what: name,
        status: "broken",
        text: `${path} ${args.join(" ")} ended with ${result.exit}: ${result.output.trim().slice(-200)}`,
      };
}

async function chromium(cli: Cli): Promise<Finding> {
  const names = [cli.host.env.CHROMIUM_BIN, "chromium", "chromium-browser", "google-chrome"].filter(
    (it) => it !== undefined,
  );
  const path = names.map((it) => findProgram(it, cli.host.env, cli.host.cwd)).find((it) => it !== null);
  return path === undefined
    ? { what: "chromium", status: "missing", text: "only the project's own tests need it; any browser shows reports" }
    : { what: "chromium", status: "works", text: path };
}

async function cluster(): Promise<Finding> {
  try {
    // Large, and wanted here only.
    const { KubeConfig } = await import("@kubernetes/client-node");
    const config = new KubeConfig();
    config.loadFromDefault();
    const context = config.getCurrentContext();
    const server = config.getCurrentCluster()?.server;
    return server === undefined || context === "loaded-context"
      ? {
          what: "cluster",
          status: "missing",
          text: "no kubeconfig with a current context (Kubernetes targets are not in this version yet)",
        }
      : {
          what: "cluster",
          status: "works",
          text: `context ${context} at ${server} (Kubernetes targets are not in this version yet)`,
        };
  } catch (error) {
    return { what: "cluster", status: "broken", text: `the kubeconfig can't be read: ${messageOf(error)}` };
  }
}
