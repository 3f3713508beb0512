/** Handlebars, strict: a name that the view lacks is an error, every value is escaped but our own drawings and style sheet. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import Handlebars from "handlebars";
import { isSvg } from "../svg/element.ts";

/**
 * A page of a folder, with all its `partials/*.hbs`.
 *
 * @throws Error for a template that does not parse; the returned function throws when the view lacks what a template names
 */
export function compileTemplates(folder: string, page = "report"): (view: object) => string {
  const engine = Handlebars.create();
  engine.registerHelper("svg", (value: unknown) => {
    if (!isSvg(value)) throw new Error("only a drawing of ours may be written unescaped");
    return new Handlebars.SafeString(value.svg);
  });
  // A closing tag inside would end the element; ours has none, and a test holds it.
  engine.registerHelper("stylesheet", (css: unknown) => new Handlebars.SafeString(String(css)));
  const partials = join(folder, "partials");
  for (const file of readdirSync(partials)
    .filter((it) => it.endsWith(".hbs"))
    .sort()) {
    engine.registerPartial(basename(file, ".hbs"), readFileSync(join(partials, file), "utf8"));
  }
  const source = readFileSync(join(folder, `${page}.hbs`), "utf8");
  return engine.compile(source, { strict: true, preventIndent: true });
}
