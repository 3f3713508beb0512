/** Users that come for a request or a flow: their rows, variables and cookies, their steps in turn, and their answers looked into. */
import { flowOutcomes } from "../../record/outcomes.ts";
import type { RequestSpec } from "../../record/scenario.ts";
import { seeded } from "../../shared/random.ts";
import type { Job } from "../engine.ts";
import { takeCookies, withCookies } from "../requests/cookies.ts";
import { openFeeds } from "../requests/rows.ts";
import { thinkMs } from "../requests/think.ts";
import { createCells } from "../worker/cells.ts";
import { countChecks } from "../worker/check-counts.ts";
import { chooser } from "../worker/chooser.ts";
import { phaseFinder } from "../worker/phase-starts.ts";
import { Code } from "../worker/recorder.ts";
import type { Content, Surroundings } from "./content.ts";
import { later } from "./later.ts";
import type { Rendered } from "./pool.ts";
import { type Ready, readyRequests, type Unit, unitsOf } from "./units.ts";
import { addUp, beginVisit, requestOf, type Visit } from "./visit.ts";

/** `flowOutcomes` begins with the outcomes of requests. */
const cut = flowOutcomes.indexOf("cut");

/** @throws Error when a feed's file is not what it was when the scenario was read */
export function prepareVisits(
  job: Job,
  rendering: (request: RequestSpec) => Rendered,
): (around: Surroundings) => Content {
  const { load, phases, worker, workers, seed } = job;
  const rows = openFeeds(load.feeds ?? [], { worker, workers, seed });
  const requests = readyRequests(load, rendering);
  const units = unitsOf(load);
  const pick = chooser(
    units.map((it) => it.weight),
    seeded(seed, `requests ${worker}`),
  );
  const choose = () => units[pick()] as Unit;
  const random = seeded(seed, `think ${worker}`);
  const names = load.requests.map((it) => it.name);
  const phaseOf = phaseFinder(phases);

  return ({ recorder, now, send, hasRoom, stays, ended, left }) => {
    const checks = countChecks(phases, names);
    const flowNames = (load.flows ?? []).map((it) => it.name);
    const flows = createCells(phases, flowNames, flowOutcomes);
    const visits: (Visit | undefined)[] = [];
    /** Of the request that was finished last: the pool tells of its end right after. */
    let took = { responseMs: Number.NaN, serviceMs: Number.NaN, end: 0 };

    const tell = ({ unit, phase, due, responseMs, serviceMs }: Visit, outcome: number) => {
      if (unit.flow !== null) flows.add(phase, unit.flow, outcome, due, responseMs, serviceMs);
    };
    const finish = (slot: number, visit: Visit, outcome: number) => {
      visits[slot] = undefined;
      tell(visit, outcome);
      ended(outcome, slot);
    };
    const leave = (slot: number, visit: Visit) => {
      visits[slot] = undefined;
      tell(visit, cut);
      left(slot);
    };
    const take = (slot: number, visit: Visit, due: number) => {
      // It has left meanwhile, with the end of the load.
      if (visits[slot] !== visit) return;
      if (!stays(slot, due)) return leave(slot, visit);
      visit.stepPhase = phaseOf(due);
      const request = requestOf(visit);
      recorder.due(due);
      if (hasRoom()) return send(visit.stepPhase, request, due, slot);
      recorder.untimed(visit.stepPhase, request, Code.dropped, due);
      finish(slot, visit, Code.dropped);
    };
    const goOn = (slot: number, visit: Visit, end: number) => {
      visit.step++;
      const step = visit.unit.steps[visit.step];
      if (step === undefined) return finish(slot, visit, Code.ok);
      const due = step.think.reduce((at, it) => at + thinkMs(it, random), end);
      if (!stays(slot, due)) return leave(slot, visit);
      // In the open model a step is due when its user is ready for it; in the closed one nothing is due before it is sent.
      later(now, due, () => take(slot, visit, load.model.kind === "open" ? due : now()));
    };

    return {
      recorder: {
        ...recorder,
        finished: (phase, request, outcome, due, sent, end, port) => {
          took = { responseMs: end - due, serviceMs: end - sent, end };
          recorder.finished(phase, request, outcome, due, sent, end, port);
        },
      },
      message: (request, slot) => {
        const { spec, always, compose } = requests[request] as Ready;
        const { lookUp, cookies } = visits[slot] as Visit;
        if (always !== null && cookies.size === 0) return always;
        const filled = compose === null ? spec : compose(lookUp);
        return rendering({ ...filled, headers: withCookies(filled.headers, cookies) });
      },
      reading: {
        wants: (request) => (requests[request] as Ready).reads,
        judge: (answer, outcome, request, slot) => {
          const visit = visits[slot] as Visit;
          if (visit.unit.flow !== null) takeCookies(visit.cookies, answer.headers("set-cookie"));
          const judged = (requests[request] as Ready).judge(answer, outcome, visit.lookUp, visit.vars);
          if (judged.failed !== null) checks.failed(visit.stepPhase, request, judged.failed);
          return judged.outcome;
        },
      },
      begin: (phase, due, slot) => {
        const visit = beginVisit(choose(), rows.begin(), phase, due);
        visits[slot] = visit;
        recorder.due(due);
        send(phase, requestOf(visit), due, slot);
      },
      drop: (phase, due) => {
        const visit = beginVisit(choose(), rows.begin(), phase, due);
        recorder.due(due);
        recorder.untimed(phase, requestOf(visit), Code.dropped, due);
        tell(visit, Code.dropped);
      },
      over: (outcome, slot) => {
        const visit = visits[slot] as Visit;
        addUp(visit, took);
        if (outcome === Code.ok) goOn(slot, visit, took.end);
        else finish(slot, visit, outcome);
      },
      close: () => {
        for (const [slot, visit] of visits.entries()) if (visit !== undefined) leave(slot, visit);
      },
      flush: function* () {
        for (const it of flows.flush()) yield { type: "flow", ...it };
        yield* checks.flush();
      },
    };
  };
}
