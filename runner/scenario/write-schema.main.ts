/** Writes scenarios/scenario.schema.json, which editors check scenarios with. Run it after a change of the format. */
import { writeFileSync } from "node:fs";
import { packageFile } from "../shared/package.ts";
import { allRegistries } from "./registries.ts";
import { jsonSchema } from "./schema/document.ts";

writeFileSync(
  packageFile("scenarios", "scenario.schema.json"),
  `${JSON.stringify(jsonSchema(allRegistries), null, 2)}\n`,
);
