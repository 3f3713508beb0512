/** What is sent for each request: bytes made once, or made of its templates each time. */

import type { RequestSpec } from "../../record/scenario.ts";
import type { Job } from "../engine.ts";
import { composer } from "../requests/compose.ts";
import { openFeeds } from "../requests/rows.ts";
import type { Rendered } from "./requests.ts";

/** @throws Error when a feed's file is not what it was when the scenario was read */
export function messagesOf(
  { load, worker, workers, seed }: Job,
  rendering: (request: RequestSpec) => Rendered,
): (request: number) => Rendered {
  const rows = openFeeds(load.feeds ?? [], { worker, workers, seed });
  const makers = load.requests.map((it): (() => Rendered) => {
    const compose = composer(it);
    if (compose === null) {
      const always = rendering(it);
      return () => always;
    }
    return () => {
      const lookUp = rows.begin();
      return rendering(compose((reference) => (reference.from === "feed" ? lookUp(reference) : "")));
    };
  });
  return (request) => (makers[request] as () => Rendered)();
}
