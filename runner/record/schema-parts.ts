/** What the schemas of the record are put together from. */
import { z } from "zod";

type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Plain<T[Key]> }
    : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Refuses, at compile time, a schema that does not say exactly what the contract's type says. */
export const exactly =
  <T>() =>
  <S extends z.ZodType>(schema: Same<Plain<z.output<S>>, Plain<T>> extends true ? S : never): z.ZodType<Plain<T>> =>
    schema as unknown as z.ZodType<Plain<T>>;

export const text = z.string();
export const whole = z.int();
export const number = z.number();
export const texts = z.array(text);
export const textMap = z.record(text, text);

export const type = <T extends string>(name: T) => ({ type: z.literal(name) });
export const orNull = <S extends z.ZodType>(schema: S) => schema.nullable();
