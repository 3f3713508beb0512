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
