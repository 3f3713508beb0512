/** Names that no other test has at the same time: of runs, groups, marks. */
const since = Date.now().toString(36);
let given = 0;

export const unique = (what: string): string => `test-${what}-${process.pid}-${since}-${given++}`;
