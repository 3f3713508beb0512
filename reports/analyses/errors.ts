/** What share of the requests that were due was not answered well, or never sent. */
import { noRequests } from "./latency.ts";
import { absent, lacking, type Measure, type Measurement, value } from "./measure.ts";

const requestsOf = ({ trial, phases, condition }: Measurement) =>
  trial.requests({ phases: phases.map((it) => it.name), request: condition.request });

const share =
  (count: (requests: ReturnType<typeof requestsOf>) => number): Measure =>
  (of) => {
    const lack = lacking(of.trial, of.condition.metric);
    if (lack !== null) return absent(lack);
    const requests = requestsOf(of);
    return requests.due === 0 ? absent(noRequests(of)) : value(count(requests) / requests.due);
  };

export const errorsRatio = share(({ due, counts }) => due - counts.ok);
export const droppedRatio = share(({ counts }) => counts.dropped);
