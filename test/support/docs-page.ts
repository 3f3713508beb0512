/** A page of docs/, and what its examples in YAML complete to. */
import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { packageFile } from "../../runner/shared/package.ts";

/** A part of a scenario; its `load` in part, too. */
type Example = Readonly<Record<string, unknown>> & { readonly load?: Readonly<Record<string, unknown>> };

export function docsPage(name: string): { readonly text: string; readonly examples: readonly Example[] } {
  const text = readFileSync(packageFile("docs", name), "utf8");
  return { text, examples: [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((it) => parse(it[1] as string)) };
}

/** A scenario with three instances and one phase, where the example does not say otherwise. */
export const completed = (example: Example): string =>
  stringify({
    apiVersion: "shakedown/v1",
    name: "docs",
    targets: { shop: { kind: "process", command: ["node", "services/shop.mjs"], instances: 3 } },
    phases: [{ name: "steady", for: "10s" }],
    ...example,
  });
