/** Colours for terminals: always beside a word or an icon, never instead of one. */
import { styleText } from "node:util";

const formats = { bad: "red", good: "green", open: "yellow", none: "dim", bold: "bold", hint: "cyan" } as const;

export type Paint = (text: string, style: keyof typeof formats) => string;

/** Without colour a text stays as it is. */
export const painter =
  (color: boolean): Paint =>
  (text, style) =>
    color && text !== "" ? styleText(formats[style], text, { validateStream: false }) : text;
