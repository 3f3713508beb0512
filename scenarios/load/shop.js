// A k6 script for a small shop: visitors look around, some buy. It runs by itself, too: k6 run -e SHAKEDOWN_URL=http://127.0.0.1:8080 shop.js
import { check, sleep } from "k6";
import http from "k6/http";
import { Counter, Trend } from "k6/metrics";

const shop = __ENV.SHAKEDOWN_URL; // of the target, set by shakedown; SHAKEDOWN_HOST and SHAKEDOWN_PORT are its parts
const orders = new Counter("orders");
const visit = new Trend("visit", true); // of times, in ms

// Shown in the report, never deciding: gates do that.
export const options = { thresholds: { checks: ["rate>0.95"] } };

export function setup() {
  const login = http.post(`${shop}/login`, JSON.stringify({ email: "ann@example.org" }), { tags: { name: "login" } });
  return { authorization: `Bearer ${login.json("token")}` };
}

export default function ({ authorization }) {
  const began = Date.now();
  // Without a name a request is called by its path.
  const items = http.get(`${shop}/items`, { headers: { authorization } });
  check(items, { "there is something to buy": (it) => it.status === 200 });
  sleep(0.05);
  const order = http.get(`${shop}/checkout?items=${1 + (__ITER % 3)}`, { tags: { name: "checkout" } });
  if (check(order, { "it was sold": (it) => it.status === 200 })) orders.add(1);
  visit.add(Date.now() - began);
}
