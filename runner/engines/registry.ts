/** The engines that a scenario may name. */
import { autocannon } from "./autocannon/autocannon.ts";
import type { Engine } from "./engine.ts";
import { k6 } from "./k6/k6.ts";
import { native } from "./native/native.ts";

export const engines: readonly Engine[] = [native, autocannon, k6];

/** @throws Error for a name that validation should have refused */
export function engineNamed(name: string): Engine {
  const engine = engines.find((it) => it.name === name);
  if (engine === undefined) throw new Error(`no engine is named ${name}`);
  return engine;
}
