/** SVG as values: every text and attribute is escaped here, so that a drawing can never carry markup of a scenario. */

export interface Svg {
  readonly svg: string;
}

type Attributes = Readonly<Record<string, string | number | null>>;
type Child = Svg | string | null;

const made = new WeakSet<object>();

/** Tells drawings made here from look-alikes that came out of a judgement. */
export const isSvg = (value: unknown): value is Svg => typeof value === "object" && value !== null && made.has(value);

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
export const escapeMarkup = (text: string): string => text.replace(/[&<>"']/g, (char) => escapes[char] ?? char);

/** A tenth of a pixel is enough, and keeps the file small. */
export const pixel = (value: number): string => String(Math.round(value * 10) / 10 + 0);

const seal = (svg: string): Svg => {
  const value = { svg };
  made.add(value);
  return value;
};

/** An element; attributes that are null are left out, numbers are pixels, strings among the children are text. */
export function el(name: string, attributes: Attributes = {}, children: readonly Child[] = []): Svg {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? pixel(value) : escapeMarkup(value ?? "")}"`)
    .join("");
  const inside = children.map((it) => (it === null ? "" : typeof it === "string" ? escapeMarkup(it) : it.svg)).join("");
  return seal(inside === "" ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`);
}

/** A whole drawing that speaks for itself: role, title and description; `id` is unique in the page. */
export function drawing(
  id: string,
  size: { readonly width: number; readonly height: number },
  words: { readonly title: string; readonly text: string },
  children: readonly Child[],
): Svg {
  const attributes = {
    viewBox: `0 0 ${pixel(size.width)} ${pixel(size.height)}`,
    role: "img",
    "aria-labelledby": `${id}-title ${id}-text`,
  };
  return el("svg", attributes, [
    el("title", { id: `${id}-title` }, [words.title]),
    el("desc", { id: `${id}-text` }, [words.text]),
    ...children,
  ]);
}
