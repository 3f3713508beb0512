/** Exit codes, and the one error class that reaches the user as a sentence instead of a stack. */

export const Exit = {
  pass: 0,
  regressed: 1,
  usage: 2,
  inconclusive: 3,
  invalid: 4,
  unreverted: 5,
  internal: 6,
  interrupted: 130,
  terminated: 143,
} as const;
export type Exit = (typeof Exit)[keyof typeof Exit];

/** A mistake or a circumstance that the user can mend: what, where, and what to do next. Never printed with a stack. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly exit: Exit;
  readonly hint: string | undefined;

  constructor(message: string, options: { exit?: Exit; hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.exit = options.exit ?? Exit.usage;
    this.hint = options.hint;
  }
}

/** For the end of a switch over a discriminated union. */
export function unreachable(value: never): never {
  throw new Error(`not handled: ${JSON.stringify(value)}`);
}

/** The message of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether it is a system error with one of these codes (`ENOENT`, …). */
export const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? "");
