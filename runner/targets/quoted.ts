/** What instances wrote last, at the end of a message. */

/** A line of a stack, which pushes the error that it belongs to out of the few lines that are told. */
const stackFrame = /^\s+at \S/;

/** Begins with a semicolon. `instances`: how many wrote it alike. */
export function quoted(output: string, instances = 1): string {
  const all = output.split("\n").filter((it) => it.trim() !== "");
  if (all.length === 0) return instances === 1 ? "; it wrote nothing" : "; none of them wrote anything";
  const whose = instances === 1 ? "its last output" : "the last output of each";
  const telling = all.filter((it) => !stackFrame.test(it));
  const told = (telling.length > 0 ? telling : all).slice(-12).map((it) => `  | ${it}`);
  return `; ${whose}:\n${told.join("\n")}`;
}
