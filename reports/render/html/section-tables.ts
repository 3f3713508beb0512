/** Tables within a section: flows, failed checks, the slowest requests of each arm, and how the instances shared them. */
import { formatRange, formatValue } from "../../../runner/shared/format.ts";
import type { Section } from "../../analyses/parts.ts";
import type { SectionTable } from "../../analyses/section-tables.ts";
import { absent } from "./value-table.ts";

type Of<K extends SectionTable["kind"]> = Extract<SectionTable, { kind: K }>;

export function tablesView({ tables }: Pick<Section, "tables">) {
  const of = <K extends SectionTable["kind"]>(kind: K) => tables.find((it): it is Of<K> => it.kind === kind);
  const [flows, checks, slowest, spread] = [of("flows"), of("checks"), of("slowest"), of("spread")];
  return {
    flows: flows === undefined ? null : flowsView(flows),
    checks: checks === undefined ? null : checksView(checks),
    slowest:
      slowest === undefined
        ? null
        : { arms: slowest.arms.map(({ arm, requests }) => ({ arm, rows: requests.map(slowRow) })) },
    spread: spread === undefined ? null : spreadView(spread),
  };
}

const flowsView = ({ rows }: Of<"flows">) => ({
  hasCut: rows.some(({ arms }) => arms.some((it) => it.cut > 0)),
  rows: rows.map(({ name, is, arms }) => ({
    name,
    isStep: is === "step",
    arms: arms.map(({ arm, due, cut, p50, p95, p99, failed }) => ({
      arm,
      due: formatValue(due, "count"),
      cut: cut === 0 ? "" : `${formatValue(cut, "count")} cut off`,
      quantiles: [p50, p95, p99].map((it) => (it === null ? absent : formatValue(it, "ms"))),
      failed: failed === null ? absent : formatValue(failed, "ratio"),
    })),
  })),
});

const checksView = ({ rows }: Of<"checks">) => ({
  arms: rows[0]?.arms.map((it) => it.arm) ?? [],
  rows: rows.map(({ request, check, arms }) => ({
    request,
    check,
    cells: arms.map(({ count, due }) => ({
      count: formatValue(count, "count"),
      share: due === 0 ? "" : `${formatValue(count / due, "ratio")} of ${formatValue(due, "count")}`,
    })),
  })),
});

const slowRow = (it: Of<"slowest">["arms"][number]["requests"][number]) => ({
  took: formatValue(it.responseMs, "ms"),
  request: it.request,
  outcome: it.outcome,
  when: `${formatValue(it.atMs, "ms")} into ${it.phase}`,
  trial: `trial ${it.trial}`,
  instance: it.instance ?? absent,
  near: it.near.length === 0 ? absent : it.near.join("; "),
});

/** Arms may have different instances: a column for each that any of them has. */
function spreadView({ arms }: Of<"spread">) {
  const instances = [...new Set(arms.flatMap((it) => it.instances.map(({ instance }) => instance)))];
  return {
    instances,
    arms: arms.map(({ arm, trials, sampled, instances: own }) => ({
      arm,
      sampled,
      cells: instances.map((instance) => {
        const found = own.find((it) => it.instance === instance);
        if (found === undefined) return { share: absent, range: "" };
        const { center, low, high } = found;
        // A sample has an error of its own, however well its trials agree: four standard errors, 95 % of them.
        const spread = Math.max(high - low, 4 * Math.sqrt((center * (1 - center)) / sampled));
        return {
          share: formatValue(center, "ratio", { spread }),
          range: trials > 1 ? formatRange(low, high, "ratio", { spread }) : "",
        };
      }),
    })),
  };
}
