/** Whether k6 speaks to the service as the load says: what TLS keeps from being sent, and answers by another protocol. */
import type { TroubleLine } from "../../engine.ts";
import { countTroubles } from "../../worker/troubles.ts";
import { tlsReason } from "./outcome.ts";

export interface Spoken {
  /** A request is over. `proto` is empty where it does not matter, or nobody answered. */
  readonly saw: (it: { readonly errorCode: string; readonly proto: string }) => void;
  /** Told of a request in other words than its samples have. */
  readonly trouble: (reason: string) => void;
  readonly flush: () => Generator<TroubleLine>;
  /** Why nothing is known of the service: it was never spoken to as it should be. Null when it was, or nothing was sent. */
  readonly never: () => string | null;
}

export function watchSpoken(): Spoken {
  const troubles = countTroubles();
  let well = false;
  let first: string | null = null;
  return {
    saw: ({ errorCode, proto }) => {
      const reason =
        tlsReason(errorCode) ??
        (proto === "" || proto === "HTTP/2.0" ? null : `it does not speak HTTP/2 (it chose ${proto} by ALPN)`);
      if (reason === null) {
        well = true;
        return;
      }
      first ??= reason;
      troubles.add(reason);
    },
    trouble: troubles.add,
    flush: troubles.flush,
    never: () => (well ? null : first),
  };
}
