/** What a scenario can name: the faults, engines and samplers there are. The default is all of them; tests pass their own. */
import type { Engine } from "../engines/engine.ts";
import { engines } from "../engines/registry.ts";
import type { Fault } from "../faults/fault.ts";
import { faults } from "../faults/registry.ts";
import { samplers } from "../samplers/registry.ts";
import type { Sampler } from "../samplers/sampler.ts";

export interface Registries {
  readonly faults: readonly Fault[];
  readonly engines: readonly Engine[];
  readonly samplers: readonly Pick<Sampler, "name">[];
}

export const allRegistries: Registries = { faults, engines, samplers };
