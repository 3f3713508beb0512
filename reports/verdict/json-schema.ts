/** A zod schema as the text of a JSON Schema. */
import { z } from "zod";

/** Formatted as the repository's formatter does. */
export function jsonSchemaText(title: string, schema: z.ZodType, io: "input" | "output"): string {
  const spread = JSON.stringify({ title, ...z.toJSONSchema(schema, { io }) }, null, 2);
  const short = spread.replaceAll(/(?<=: -?\d)e\+/g, "e");
  return `${short.replaceAll(/^.*\[\n(?: +"[^"\n]*",?\n)+ *\],?$/gm, oneLine)}\n`;
}

const WIDTH = 120;
function oneLine(words: string): string {
  const line = words.replaceAll(/\n */g, " ").replace("[ ", "[").replace(" ]", "]");
  return line.length <= WIDTH ? line : words;
}
