/** The JSON Schema of judgement.json is fresh; that it says what the type says is held by the compiler. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { judgementJsonSchema } from "../../reports/verdict/judgement.ts";

const file = new URL("../../templates/judgement.schema.json", import.meta.url);

describe("judgement.schema.json", () => {
  test("is fresh: vitest -u writes it anew", async () => {
    await expect(judgementJsonSchema()).toMatchFileSnapshot(file.pathname);
    expect(JSON.parse(readFileSync(file, "utf8")).$schema).toContain("json-schema.org");
  });
});
