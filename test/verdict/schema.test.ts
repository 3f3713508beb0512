/** The JSON Schema of judgement.json: the same shape as the type, and a file that is fresh. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import type { Judgement } from "../../reports/verdict/judgement.ts";
import { judgementJsonSchema, type judgementSchema } from "../../reports/verdict/schema.ts";

/** Without `readonly`, all the way down. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
/** A compile error here means: judgement.ts and schema.ts differ. */
const same: Same<Plain<z.output<typeof judgementSchema>>, Plain<Judgement>> = true;

const file = new URL("../../templates/judgement.schema.json", import.meta.url);

describe("judgement.schema.json", () => {
  test("says what the type says", () => {
    expect(same).toBe(true);
  });

  test("is fresh: vitest -u writes it anew", async () => {
    await expect(judgementJsonSchema()).toMatchFileSnapshot(file.pathname);
    expect(JSON.parse(readFileSync(file, "utf8")).$schema).toContain("json-schema.org");
  });
});
