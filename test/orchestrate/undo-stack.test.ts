import { expect, test } from "vitest";
import { undoStack } from "../../runner/orchestrate/undo-stack.ts";
import { realHost } from "../../runner/shared/real-host.ts";

const { clock } = realHost();

test("a step that fails half-way is undone too, and everything in reverse order", async () => {
  const done: string[] = [];
  const undo = undoStack(clock);
  await undo.step(
    "first",
    () => done.push("first"),
    () => void done.push("undo first"),
  );
  const failing = undo.step(
    "second",
    () => {
      throw new Error("half-way");
    },
    (made) => void done.push(`undo second, which made ${made}`),
  );
  await expect(failing).rejects.toThrow("half-way");
  expect(await undo.undoAll()).toEqual([]);
  expect(done).toEqual(["first", "undo second, which made undefined", "undo first"]);
});

test("an undo that fails or hangs is told and does not keep the others from being undone", async () => {
  const done: string[] = [];
  const undo = undoStack(clock, 50);
  await undo.step(
    "first",
    () => 1,
    (made) => void done.push(`first ${made}`),
  );
  await undo.step(
    "hangs",
    () => 2,
    () => new Promise(() => undefined),
  );
  await undo.step(
    "throws",
    () => 3,
    () => Promise.reject(new Error("no")),
  );
  expect(await undo.undoAll()).toEqual(["throws: no", "hangs: not undone within 0.05 s"]);
  expect(done).toEqual(["first 1"]);
});
