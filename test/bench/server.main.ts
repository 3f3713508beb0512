/** The bench's server where there is no Go: the same paths as server.go, all at one address. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const medianMs = 5;
const sigma = 0.5;
const lossEvery = 50;
const stall = { afterMs: 3000, forMs: 2000 };
const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

let durations: number[] = [];
let lossy = 0;
let lost = 0;
let began: number | null = null;

const server = createServer((request, response) => {
  const answer = () => void response.end("ok");
  const delayed = () => {
    const start = performance.now();
    setTimeout(
      () => {
        answer();
        durations.push(performance.now() - start);
      },
      medianMs * Math.exp(sigma * normal()),
    );
  };
  switch (request.url) {
    case "/log":
      response.end(JSON.stringify({ durations, lost }));
      [durations, lossy, lost, began] = [[], 0, 0, null];
      break;
    case "/delay":
      delayed();
      break;
    case "/lossy":
      lossy++;
      if (lossy % lossEvery !== 0) return delayed();
      lost++;
      request.socket.destroy();
      break;
    case "/stall": {
      began ??= performance.now();
      const sinceMs = performance.now() - began;
      const within = sinceMs >= stall.afterMs && sinceMs <= stall.afterMs + stall.forMs;
      if (within) setTimeout(answer, stall.afterMs + stall.forMs - sinceMs);
      else answer();
      break;
    }
    default:
      answer();
  }
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(`${port} ${port}`);
});
