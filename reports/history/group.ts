/** Change points of several metrics that belong together: those of neighbouring nights, since one commit moves many metrics. */

interface MetricChange {
  readonly metric: string;
  /** Number of the first night at the new level, on the calendar that all metrics share. */
  readonly night: number;
}

export interface ChangeGroup<T extends MetricChange> {
  readonly firstNight: number;
  /** By night, then by metric. */
  readonly changes: readonly T[];
}

/** Nights between two changes of one group. The place of a change is only known to a night or two. */
const APART = 2;

/**
 * Groups in order of their nights. A metric is in a group once: its next change begins another group, whatever the others do.
 * @param changes in any order; may carry more than is needed here
 */
export function groupChanges<T extends MetricChange>(changes: readonly T[]): ChangeGroup<T>[] {
  const ordered = [...changes].sort(
    (a, b) => a.night - b.night || (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0),
  );
  const groups: T[][] = [];
  for (const change of ordered) {
    const group = groups.at(-1);
    const near = group !== undefined && change.night - (group.at(-1) as T).night <= APART;
    if (near && group.every((it) => it.metric !== change.metric)) group.push(change);
    else groups.push([change]);
  }
  return groups.map((group) => ({
    firstNight: (group[0] as T).night,
    changes: group,
  }));
}
