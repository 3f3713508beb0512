/** What a folder or a path holds, asked where "nothing" is an answer: no error for what is gone or not ours to see. */
import { readdirSync, statSync } from "node:fs";

/** Names in a folder; none when it can't be listed. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
