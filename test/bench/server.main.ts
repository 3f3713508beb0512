/** The bench's server where there is no Go: the same three paths as server.go. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const medianMs = 5;
const sigma = 0.5;
const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

let durations: number[] = [];
const server = createServer((request, response) => {
  if (request.url === "/durations") {
    response.end(JSON.stringify(durations));
    durations = [];
  } else if (request.url === "/delay") {
    const start = performance.now();
    setTimeout(
      () => {
        response.end("ok");
        durations.push(performance.now() - start);
      },
      medianMs * Math.exp(sigma * normal()),
    );
  } else response.end("ok");
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
