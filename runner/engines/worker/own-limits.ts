/** When the generator, not the target, is at a limit: the load can't be believed any more, and ends. */

const codes = new Set(["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM"]);

/** Whether it is this process, not the target, that can't open a connection. */
export const isOwnLimit = (error: NodeJS.ErrnoException): boolean => codes.has(error.code ?? "");

export const outOfResources = (cause: string): Error =>
  new Error(`out of descriptors, local ports or memory: ${cause}`);
