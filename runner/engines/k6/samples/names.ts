/** Names of requests as k6 tells them: known only when they come, and not without end. */
import { seeded } from "../../../shared/random.ts";
import type { Job } from "../../engine.ts";
import { chooser } from "../../worker/chooser.ts";

export interface Names {
  /** Grows up to `most`. */
  readonly list: readonly string[];
  readonly most: number;
  /** Places in the list. */
  readonly placeOf: (given: string) => number;
  /** Of a request that was never sent. */
  readonly unsent: () => number;
  readonly remarks: () => string[];
}

/** More names than these are one: a URL with an id in it makes a new name each time. */
const mostGiven = 100;
const others = "other";
/** An iteration of a script, where a request of it can't be named. */
const iteration = "iteration";

export function createNames({ load, seed, worker }: Pick<Job, "load" | "seed" | "worker">): Names {
  const known = load.script === undefined ? load.requests.map((it) => it.name) : [iteration];
  const list: string[] = [];
  const given = new Map<string, number>();
  const place = (name: string): number => {
    const at = list.indexOf(name);
    return at < 0 ? list.push(name) - 1 : at;
  };
  const draw = chooser(
    load.script === undefined ? load.requests.map((it) => it.weight) : [1],
    seeded(seed, `unsent ${worker}`),
  );
  return {
    list,
    most: mostGiven + 1 + known.length,
    placeOf: (name) => {
      const at = given.get(name) ?? place(given.size < mostGiven ? shortName(name) : others);
      if (given.size < mostGiven) given.set(name, at);
      return at;
    },
    unsent: () => place(known[draw()] ?? iteration),
    remarks: () =>
      given.size < mostGiven
        ? []
        : [
            `the script has more than ${mostGiven} different names of requests: the rest is told as "${others}"; give requests with ids in their address a name (tags: { name: … })`,
          ],
  };
}

/** k6 names a request by its address where the script does not: the target's is another one in each trial. */
function shortName(name: string): string {
  const url = /^https?:\/\//.test(name) ? URL.parse(name) : null;
  return url === null ? name : url.pathname;
}
