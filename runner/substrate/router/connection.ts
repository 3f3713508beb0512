/** One client connection and its connection to an instance, with the toxics that were drawn for it. */
import type { Socket } from "node:net";
import type { Toxic } from "./control.ts";
import { openPipe, resetSocket } from "./pipe.ts";
import { shapeOf, shapes } from "./shape.ts";

/** A toxic that is on, and how many connections it has touched. */
export interface ActiveToxic {
  readonly toxic: Toxic;
  readonly share: number;
  connections: number;
}

export interface Connection {
  /** `fresh`: the connection was just accepted, while the toxic was on already. */
  readonly hit: (active: ActiveToxic, fresh: boolean) => void;
  readonly relieve: (active: ActiveToxic) => void;
}

export function joinSockets(client: Socket, upstream: Socket, random: () => number, onClose: () => void): Connection {
  const mine = new Set<ActiveToxic>();
  const touched = new Set<ActiveToxic>();
  const resets = new Map<ActiveToxic, NodeJS.Timeout>();

  const touch = (active: ActiveToxic) => {
    if (touched.has(active)) return;
    touched.add(active);
    active.connections++;
  };
  const touchAll = (direction: "upstream" | "downstream") => {
    for (const active of mine) if (shapes(active.toxic, direction)) touch(active);
  };
  const up = openPipe(client, upstream, () => touchAll("upstream"), random);
  const down = openPipe(upstream, client, () => touchAll("downstream"), random);

  let open = 2;
  const closed = () => {
    if (--open > 0) return;
    up.close();
    down.close();
    for (const timer of resets.values()) clearTimeout(timer);
    onClose();
  };
  client.on("close", closed);
  upstream.on("close", closed);

  const reshape = () => {
    const toxics = [...mine].map((active) => active.toxic);
    up.setShape(shapeOf(toxics, "upstream"));
    down.setShape(shapeOf(toxics, "downstream"));
  };
  const close = () => {
    client.destroy();
    upstream.destroy();
  };
  const reset = () => {
    resetSocket(client);
    resetSocket(upstream);
  };

  return {
    hit: (active, fresh) => {
      const { toxic } = active;
      if (toxic.type === "down") {
        touch(active);
        close();
      } else if (toxic.type === "reset") {
        const fire = () => {
          touch(active);
          reset();
        };
        if (fresh && toxic.afterMs > 0) resets.set(active, setTimeout(fire, toxic.afterMs));
        else fire();
      } else {
        mine.add(active);
        reshape();
      }
    },
    relieve: (active) => {
      clearTimeout(resets.get(active));
      if (!mine.delete(active)) return;
      const lost =
        (shapes(active.toxic, "upstream") && up.swallowed()) ||
        (shapes(active.toxic, "downstream") && down.swallowed());
      if (active.toxic.type === "blackhole" && lost) close();
      else reshape();
    },
  };
}
