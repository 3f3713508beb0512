/** What a lease file must look like to be acted on: it is read by another process than the one that wrote it, after a crash. */
import { z } from "zod";
import type { Lease } from "./lease.ts";

const process = { pid: z.int().min(2), startedAt: z.int().nonnegative() };
const absolute = z.string().startsWith("/");

export const leaseSchema: z.ZodType<Lease> = z.lazy(() =>
  z.discriminatedUnion("undo", [
    z.strictObject({ undo: z.literal("signal"), signal: z.literal("SIGCONT"), ...process }),
    z.strictObject({ undo: z.literal("kill"), ...process }),
    z.strictObject({
      undo: z.literal("write"),
      file: absolute,
      value: z.string(),
      of: z.strictObject(process).nullable(),
    }),
    z.strictObject({ undo: z.literal("cgroup"), paths: z.array(absolute).readonly() }),
    z.strictObject({
      undo: z.literal("toxic"),
      port: z.int().min(1).max(65535),
      token: z.string(),
      toxic: z.string(),
    }),
    z.strictObject({ undo: z.literal("processes"), run: z.string().min(1) }),
    z.strictObject({ undo: z.literal("worktree"), repository: absolute, path: absolute }),
    z.strictObject({ undo: z.literal("all"), of: z.array(leaseSchema).readonly() }),
    z.strictObject({ undo: z.literal("nothing"), because: z.string() }),
  ]),
);

/** Who holds the leases of a run. `machine` tells one boot and one pid namespace from another: elsewhere a pid says nothing. */
const harnessSchema = z.strictObject({ ...process, machine: z.string() });
export type Harness = z.infer<typeof harnessSchema>;

export const leaseFileSchema = z.strictObject({
  v: z.literal(1),
  label: z.string(),
  harness: harnessSchema,
  lease: leaseSchema,
});
export const harnessFileSchema = z.strictObject({ v: z.literal(1), harness: harnessSchema });

/** Who has a service to itself. `host`: the machine's name, in words and to know it again after a restart. */
export const lockFileSchema = z.strictObject({
  v: z.literal(1),
  run: z.string(),
  origin: z.string(),
  host: z.string(),
  harness: harnessSchema,
});
export type Lock = z.infer<typeof lockFileSchema>;
