/**
 * What the best timer loop of this machine can do, to judge the send-time error by: the native engine's schedule and timer with nothing
 * behind them. Arguments: rate, seconds. Prints the lag's quantiles of each second, as JSON.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { newCounts, quantileMs, recordMs, reset } from "../../runner/engines/worker/counts.ts";

const [rate = 5000, seconds = 5] = process.argv.slice(2).map(Number);
const lags = newCounts();
const told: { p50: number | null; p99: number | null }[] = [];
const zero = performance.now();
let k = 0;
for (let second = 1; second <= seconds; second++) {
  while (performance.now() - zero < second * 1000) {
    await sleep(1);
    const at = performance.now() - zero;
    for (; ((k + 0.5) / rate) * 1000 <= at; k++) recordMs(lags, at - ((k + 0.5) / rate) * 1000);
  }
  told.push({ p50: quantileMs(lags, 0.5), p99: quantileMs(lags, 0.99) });
  reset(lags);
}
console.log(JSON.stringify(told));
