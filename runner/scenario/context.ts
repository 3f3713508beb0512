/** What the checks of all parts have in common. */
import type { FeedRead } from "../engines/requests/feed-file.ts";
import type { Capability } from "../substrate/target.ts";
import type { Problems } from "./document/problems.ts";
import type { Draft } from "./draft.ts";
import type { Registries } from "./registries.ts";

export interface CheckContext {
  readonly draft: Draft;
  readonly problems: Problems;
  readonly registries: Registries;
  /** Absolute: paths of the scenario are relative to it. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly node: string;
  /** A feed's file, as the scenario names it. */
  readonly feedAt: (file: string) => FeedRead;
  /** What processes that we start can be made to suffer on this machine. */
  readonly processCapabilities: ReadonlySet<Capability>;
}
