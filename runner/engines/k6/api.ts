/** k6's REST API on loopback: waits until it is loaded, runs setup() ahead of the load, starts it, stops it. */
import type { Clock } from "../../shared/host.ts";
import { parseLine } from "../../shared/lines.ts";
import { poll } from "../../shared/wait.ts";

/** lib.ExecutionStatus: everything is initialised, and it waits for the word. */
const pausedBeforeRun = 4;
const askEveryMs = 25;
const answerWithinMs = 5_000;

export interface K6Api {
  /** Resolves when k6 has loaded the script, made its virtual users and waits, with their number; never when it does not get there. */
  readonly loaded: () => Promise<number>;
  /** Runs setup(), as long as it takes; what it returned. */
  readonly setup: () => Promise<unknown>;
  /** Takes what another k6's setup() returned. */
  readonly takeSetup: (data: unknown) => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export function k6Api(port: number, clock: Clock): K6Api {
  const ask = async (path: string, init: RequestInit, withinMs: number | null = answerWithinMs): Promise<Response> => {
    const signal = withinMs === null ? null : AbortSignal.timeout(withinMs);
    const answer = await fetch(`http://127.0.0.1:${port}/v1${path}`, { ...init, signal });
    if (answer.ok) return answer;
    const text = await answer.text();
    throw new Error(setupFailure(text) ?? `the API of k6 answered ${path} with ${answer.status}: ${text}`);
  };
  const attributes = async (answer: Response): Promise<Readonly<Record<string, unknown>>> => {
    const { data } = (await answer.json()) as { readonly data: { readonly attributes: Record<string, unknown> } };
    return data.attributes;
  };
  /** Null while it does not wait yet. */
  const usersWaiting = async (): Promise<number | null> => {
    try {
      const { status, "vus-max": users } = await attributes(await ask("/status", {}));
      return Number(status) >= pausedBeforeRun ? Number(users) : null;
    } catch {
      return null;
    }
  };
  const change = async (to: Readonly<Record<string, boolean>>): Promise<void> => {
    const body = { data: { type: "status", id: "default", attributes: to } };
    await (await ask("/status", { method: "PATCH", body: JSON.stringify(body) })).text();
  };
  return {
    loaded: async () => {
      let users: number | null = null;
      const isLoaded = async () => {
        users = await usersWaiting();
        return users !== null;
      };
      await poll(clock, Number.POSITIVE_INFINITY, isLoaded, askEveryMs);
      return users ?? 0;
    },
    setup: async () => (await attributes(await ask("/setup", { method: "POST" }, null))).data ?? null,
    takeSetup: async (data) => {
      await (await ask("/setup", { method: "PUT", body: JSON.stringify(data) })).text();
    },
    start: () => change({ paused: false }),
    stop: () => change({ stopped: true }),
  };
}

/** The script's own mistake, in its words; null when the answer tells of something else. */
function setupFailure(answer: string): string | null {
  const errors = (parseLine(answer) as { errors?: readonly { title?: unknown; detail?: unknown }[] } | null)?.errors;
  const found = errors?.find((it) => it.title === "Error executing setup");
  return found === undefined ? null : `setup() of the script failed: ${String(found.detail).trim()}`;
}
