/** All samplers; `samplers.off` in a scenario names the ones to leave out. */
import { cgroup } from "./cgroup.ts";
import { gc } from "./gc.ts";
import { generator } from "./generator.ts";
import { host } from "./host.ts";
import { process } from "./process.ts";
import type { Sampler } from "./sampler.ts";
import { scaling } from "./scaling.ts";

export const samplers: readonly Sampler[] = [scaling, process, cgroup, gc, host, generator];
