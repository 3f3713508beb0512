/** Tells before a run of which faults no recovery can be seen: the load ends, or the next fault begins, before all could be normal for long enough. */
import { normalForMs } from "../../../reports/evidence/windows.ts";
import { timetable } from "../../orchestrate/schedule.ts";
import { natureOf } from "../../record/recovery.ts";
import type { Scenario } from "../../record/scenario.ts";
import { formatDuration, plainSpaces } from "../../shared/format.ts";
import type { Cli } from "../context.ts";

export function warnOfShortWatch(cli: Cli, { gates, claims, phases, faults }: Scenario): void {
  const times = timetable(phases, faults);
  for (const asked of [...gates, ...claims].filter((it) => it.metric === "recovery.time")) {
    const planned = times.faults.find(({ fault }) => fault.name === asked.fault);
    if (planned === undefined) continue;
    const from = natureOf(planned.fault) === "one-shot" ? planned.start : planned.end;
    const next = times.faults.filter((it) => it.start > planned.start).map((it) => it.start);
    const watchedMs = Math.min(times.lengthMs, ...next) - from;
    if (watchedMs < normalForMs)
      cli.host.stderr.write(
        plainSpaces(
          `! ${asked.name}: ${formatDuration(Math.max(0, watchedMs))} are left after ${asked.fault} until the next fault or the end of load, but recovered is who is normal for ${formatDuration(normalForMs)}: unless clients feel nothing of it, this stays open. Let a longer phase follow\n`,
        ),
      );
  }
}
