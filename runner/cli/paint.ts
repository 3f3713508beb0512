/** Colours for terminals: always beside a word or an icon, never instead of one. */
import { stripVTControlCharacters } from "node:util";
import { cleanText } from "../../reports/render/clean.ts";

export interface Paint {
  readonly bad: (text: string) => string;
  readonly good: (text: string) => string;
  readonly open: (text: string) => string;
  readonly soft: (text: string) => string;
  readonly bold: (text: string) => string;
}

/** What programs and scenarios wrote, without what a terminal would obey: it must not clear the screen, or paint over ours. */
export const unpainted = (text: string): string => cleanText(stripVTControlCharacters(text));

export function paint(on: boolean): Paint {
  const sgr = (code: number) => (text: string) => (on ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bad: sgr(31), good: sgr(32), open: sgr(33), soft: sgr(2), bold: sgr(1) };
}
