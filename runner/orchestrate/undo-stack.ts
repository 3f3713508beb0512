/** Steps with their undo: each undo is registered before its step runs, undone in reverse, and a failing undo never stops the others. */
import { messageOf } from "../shared/errors.ts";
import type { Clock } from "../shared/host.ts";
import { late, within } from "../shared/wait.ts";

export interface UndoStack {
  /**
   * Registers `undo`, then runs `step`: a half-done step is undone too. `undo` gets what the step made, or undefined when it failed.
   * `takesMs`: what the undo may take by right, on top of the deadline of all.
   */
  readonly step: <T>(
    name: string,
    step: () => T | Promise<T>,
    undo: (made: T | undefined) => void | Promise<void>,
    takesMs?: number,
  ) => Promise<T>;
  /** Undoes everything, newest first, each within its deadline; returns what went wrong, in words. */
  readonly undoAll: () => Promise<readonly string[]>;
}

export function undoStack(clock: Clock, deadlineMs = 20_000): UndoStack {
  const undos: { name: string; undo: () => void | Promise<void>; withinMs: number }[] = [];
  return {
    step: async <T>(
      name: string,
      step: () => T | Promise<T>,
      undo: (made: T | undefined) => void | Promise<void>,
      takesMs = 0,
    ) => {
      let made: T | undefined;
      undos.push({ name, undo: () => undo(made), withinMs: deadlineMs + takesMs });
      made = await step();
      return made;
    },
    undoAll: async () => {
      const problems: string[] = [];
      for (let entry = undos.pop(); entry !== undefined; entry = undos.pop()) {
        const { name, undo, withinMs } = entry;
        try {
          const done = await within(clock, withinMs, Promise.resolve().then(undo));
          if (done === late) problems.push(`${name}: not undone within ${withinMs / 1000} s`);
        } catch (error) {
          problems.push(`${name}: ${messageOf(error)}`);
        }
      }
      return problems;
    },
  };
}
