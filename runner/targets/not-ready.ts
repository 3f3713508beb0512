/** What is said of a target whose instances were not all ready in time. */
import type { ProcessTargetSpec } from "../record/scenario.ts";
import { NotSpokenTo, TargetFailed } from "./context.ts";
import type { Supervised } from "./instance.ts";
import { quoted } from "./quoted.ts";

export function notReady(spec: ProcessTargetSpec, supervised: readonly Supervised[]): TargetFailed | NotSpokenTo {
  const unready = supervised.filter((it) => it.view()?.state !== "ready");
  const [first] = unready.map((it) => it.problem());
  if (first !== undefined && unready.every((it) => it.problem().isUnlike)) return new NotSpokenTo(spec.name, first.why);
  // What several wrote alike is told once. Reports put it on one line.
  const late = [
    ...Map.groupBy(
      unready.map((it) => it.complaint()),
      (it) => it.lastOutput,
    ),
  ].map(
    ([output, alike]) =>
      `${alike.map((it) => it.why).join("; ")}${quoted(output, alike.length)}${output === "" ? "." : ""}`,
  );
  const { path, scheme } = spec.ready;
  const over = scheme === undefined ? "" : " over TLS";
  const probed = path === null ? `accepts a connection${over}` : `answers GET ${path}${over} with 2xx or 3xx`;
  return new TargetFailed(
    `${spec.name} was not ready within ${spec.ready.withinMs / 1000} s. ${late.join("\n")}\n` +
      `An instance is ready when it ${probed} on 127.0.0.1 at the port in its environment variable PORT; ` +
      "if it only needs longer, raise ready.within",
  );
}
