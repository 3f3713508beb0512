/** Steps with their undo: each undo is registered before its step runs, undone in reverse, and a failing undo never stops the others. */
import { messageOf } from "../shared/errors.ts";
import type { Clock } from "../shared/host.ts";
import { late, within } from "../shared/wait.ts";

export interface UndoStack {
  /** Registers `undo`, then runs `step`: a half-done step is undone too. `undo` gets what the step made, or undefined when it failed. */
  readonly step: <T>(
    name: string,
    step: () => T | Promise<T>,
    undo: (made: T | undefined) => void | Promise<void>,
  ) => Promise<T>;
  /** Undoes everything, newest first, each within `deadlineMs`; returns what went wrong, in words. */
  readonly undoAll: () => Promise<readonly string[]>;
}

export function undoStack(clock: Clock, deadlineMs = 20_000): UndoStack {
  const undos: { name: string; undo: () => void | Promise<void> }[] = [];
  return {
    step: async <T>(name: string, step: () => T | Promise<T>, undo: (made: T | undefined) => void | Promise<void>) => {
      let made: T | undefined;
      undos.push({ name, undo: () => undo(made) });
      made = await step();
      return made;
    },
    undoAll: async () => {
      const problems: string[] = [];
      for (let entry = undos.pop(); entry !== undefined; entry = undos.pop()) {
        const { name, undo } = entry;
        try {
          const done = await within(clock, deadlineMs, Promise.resolve().then(undo));
          if (done === late) problems.push(`${name}: not undone within ${deadlineMs / 1000} s`);
        } catch (error) {
          problems.push(`${name}: ${messageOf(error)}`);
        }
      }
      return problems;
    },
  };
}
