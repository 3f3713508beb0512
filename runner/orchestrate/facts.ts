/** What this machine and these programs are: recorded once per run, compared between runs. */
import { arch, cpus, platform, release, totalmem } from "node:os";
import type { HostFacts } from "../record/run-file.ts";

export function hostFacts(): HostFacts {
  const processors = cpus();
  return {
    platform: `${platform()} ${arch()}`,
    kernel: release(),
    cpus: processors.length,
    cpuModel: processors[0]?.model ?? "unknown",
    memory: totalmem(),
  };
}

/** Facts that must be alike for two runs to be comparable. */
export function environmentOf(facts: HostFacts, more: Readonly<Record<string, string>>): Record<string, string> {
  return {
    platform: facts.platform,
    kernel: facts.kernel,
    processors: `${facts.cpus} x ${facts.cpuModel}`,
    memory: `${Math.round(facts.memory / 2 ** 30)} GiB`,
    ...more,
  };
}
