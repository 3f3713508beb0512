/** What the schemas of a judgement are put together from. */
import { z } from "zod";
import { units } from "../../../runner/shared/quantities.ts";

export const text = z.string();
export const number = z.number();
export const count = z.int().min(0);
export const textOrNull = text.nullable();
export const numberOrNull = number.nullable();
export const unit = z.enum(units);
export const list = <S extends z.ZodType>(item: S) => z.array(item);

type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Plain<T[Key]> }
    : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Refuses, at compile time, a schema that does not say exactly what the type says. */
export const exactly =
  <T>() =>
  <S extends z.ZodType>(schema: Same<Plain<z.output<S>>, Plain<T>> extends true ? S : never): z.ZodType<Plain<T>> =>
    schema as unknown as z.ZodType<Plain<T>>;
