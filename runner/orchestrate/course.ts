/** The course of a run: blocks of trials as planned, or those of a search, each as the ones before it ask for. */
import type { Arm } from "../record/scenario.ts";
import type { SearchSpec, SearchStep } from "../record/search.ts";
import type { Unreverted } from "../undo/lease.ts";
import type { RunContext } from "./context.ts";
import { hopeless, type Tried } from "./hopeless.ts";
import { trialAt } from "./points.ts";
import { blockOrder } from "./schedule.ts";
import { runTrial } from "./trial.ts";

export interface Course {
  /** Complete blocks to have at the end, of which `done` exist already; the last trial and block used so far. */
  readonly blocks: number;
  readonly from: { readonly done: number; readonly lastBlock: number; readonly lastTrial: number };
  /** Asked after each complete block, of which there are so many; null when no look is due. */
  readonly steer: (done: number) => { readonly look: number; readonly decision: "more" | "stop" } | null;
  /** What a search tries next, from what the record holds; null where trials are repeated. */
  readonly search: (() => SearchStep) | null;
}

interface Conducted {
  readonly unreverted: readonly Unreverted[];
  /** Why the blocks that were left were not begun. */
  readonly hopeless: string | null;
}
const asPlanned: Conducted = { unreverted: [], hopeless: null };

export async function conductBlocks({ blocks, from, steer }: Course, context: RunContext): Promise<Conducted> {
  const arms = new Map<string, Arm>(context.scenario.arms.map((it) => [it.name, it]));
  const tried: Tried[] = [];
  let trial = from.lastTrial;
  for (let done = from.done, block = from.lastBlock + 1; done < blocks; done++, block++) {
    const order = blockOrder([...arms.keys()], block, context.scenario.trials.seed)[block - 1] ?? [];
    context.journal({ type: "block.start", block, order });
    for (const name of order) {
      const arm = arms.get(name);
      if (arm === undefined) continue;
      if (context.signal.aborted) return asPlanned;
      trial += 1;
      const { unreverted, loaded, mistake, reason } = await runTrial(
        { index: trial, block, arm, phases: context.scenario.phases },
        context,
      );
      if (unreverted.length > 0) return { unreverted, hopeless: null };
      if (mistake !== null) return { unreverted, hopeless: mistake };
      tried.push({ arm: name, block, loaded, reason });
    }
    if (context.signal.aborted) return asPlanned;
    context.journal({ type: "block.end", block });
    const look = steer(done + 1);
    if (look !== null) context.journal({ type: "look", blocks: done + 1, ...look });
    if (look?.decision === "stop") return asPlanned;
    const why = hopeless(tried, blocks - done - 1);
    if (why !== null) return { unreverted: [], hopeless: why };
  }
  return asPlanned;
}

/** A search: each trial is a block, and what it tries follows from those before it. */
export async function conductSearch({ from, search: next }: Course, context: RunContext): Promise<Conducted> {
  const { scenario } = context;
  const arm = scenario.arms[0] as Arm;
  const search = scenario.search as SearchSpec;
  for (let done = 1; next !== null && !context.signal.aborted; done++) {
    const step = next();
    if (step.kind === "stop") {
      context.journal({ type: "search.end", end: step.end, text: step.text });
      return asPlanned;
    }
    const block = from.lastBlock + done;
    context.journal({ type: "block.start", block, order: [arm.name] });
    const trial = { index: from.lastTrial + done, block, ...trialAt(scenario, search, arm, step.point) };
    const { unreverted, mistake } = await runTrial(trial, context);
    if (unreverted.length > 0) return { unreverted, hopeless: null };
    if (mistake !== null) return { unreverted, hopeless: mistake };
    if (context.signal.aborted) return asPlanned;
    context.journal({ type: "block.end", block });
  }
  return asPlanned;
}
