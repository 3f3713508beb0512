/** What the schemas of the record are put together from, and their types. */
import { z } from "zod";
import { units } from "../shared/quantities.ts";

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** What a schema lets through. Nobody changes what was recorded. */
export type Infer<S extends z.ZodType> = Frozen<z.output<S>>;

export const text = z.string();
export const whole = z.int();
export const count = whole.min(0);
export const number = z.number();
export const texts = z.array(text);
export const textMap = z.record(text, text);
export const unit = z.enum(units);

export const type = <T extends string>(name: T) => ({ type: z.literal(name) });
export const orNull = <S extends z.ZodType>(schema: S) => schema.nullable();
