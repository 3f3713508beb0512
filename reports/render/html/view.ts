/** The whole page as plain data for the templates: every part made from the judgement, nothing else. */
import type { Judgement } from "../../verdict/judgement.ts";
import { faultsView } from "./faults.ts";
import { claimsTable, gatesView } from "./gates.ts";
import { glossary } from "./glossary.ts";
import { headerView } from "./header.ts";
import { metricsTable } from "./metrics-table.ts";
import { sectionsView } from "./sections.ts";
import { timelineView } from "./timeline.ts";
import { trustView } from "./trust.ts";

export function pageView(judgement: Judgement): Readonly<Record<string, unknown>> {
  const { sections, hrefOf } = sectionsView(judgement);
  const differing = judgement.environment.filter((it) => it.differs !== null).length;
  return {
    header: headerView(judgement),
    gates: gatesView(judgement, hrefOf),
    claims: claimsTable(judgement, hrefOf),
    trust: trustView(judgement),
    timeline: timelineView(judgement),
    sections,
    faults: faultsView(judgement),
    environment: { rows: judgement.environment, differing },
    table: metricsTable(judgement),
    reproduce: judgement.reproduce,
    run: judgement.run,
    schema: judgement.schema,
    /** Trials of many loads have no common time line, and no center. */
    repeated: judgement.search === undefined,
    glossary,
  };
}
