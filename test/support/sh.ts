/** Programs that dev scripts, benches and end-to-end tests run to their end. What is to be signalled goes by child.ts: no bash between. */
import { $ } from "zx";

/**
 * ``sh({ cwd })`git tag ${name}` ``: values are quoted, so they are arguments and never shell; a list is several. Nothing on stdin,
 * nothing echoed. Rejects with what it wrote to stderr when it does not end with 0, unless `nothrow`.
 */
export const sh = $({ quiet: true, stdio: ["ignore", "pipe", "pipe"] });
