/** The pid of the process we are in: for its identity in leases, and to be spared when processes are swept. */
import { pid } from "node:process";

export const ownPid: number = pid;
