/**
 * Preloaded into Node targets: writes every garbage collection, and once a second the heap's size, to a file of this process.
 * Keeps nothing alive, prints nothing, and never throws into the program. Valid on Node 16 and newer.
 *
 * Lines: {v, pid, node} first, then {at, ms, kind} per GC and {at, used} per second, the first at once; `at` is the start in ms on
 * CLOCK_MONOTONIC, sizes are bytes.
 */
"use strict";
try {
  const { isMainThread } = require("node:worker_threads");
  // A worker thread's collections stop that thread only; what waits for the main thread is not delayed by them.
  if (isMainThread && process.env.SHAKEDOWN_GC_LOG) report(process.env.SHAKEDOWN_GC_LOG);
} catch {
  // No file, no report: the sampler says so. The program must run as if we were not here.
}

function report(prefix) {
  const { openSync, writeSync } = require("node:fs");
  const { PerformanceObserver, performance } = require("node:perf_hooks");
  const { getHeapStatistics } = require("node:v8");

  // "a": a child that inherits the environment has another pid, and so another file.
  const fd = openSync(`${prefix}-${process.pid}.ndjson`, "a");
  const kinds = { 1: "minor", 2: "minor", 4: "major", 8: "incremental", 16: "weak" };
  const offset = Number(process.hrtime.bigint()) / 1e6 - performance.now();
  const write = (text) => {
    try {
      writeSync(fd, text);
    } catch {
      // A full disk is not the program's problem.
    }
  };
  const at = (time) => (time + offset).toFixed(3);

  write(`${JSON.stringify({ v: 1, pid: process.pid, node: process.version })}\n`);
  new PerformanceObserver((list) => {
    // All entries of a batch. Written at once: what was seen survives a SIGKILL.
    let text = "";
    for (const entry of list.getEntries()) {
      const kind = kinds[(entry.detail || entry).kind] || "other";
      text += `{"at":${at(entry.startTime)},"ms":${entry.duration.toFixed(3)},"kind":"${kind}"}\n`;
    }
    write(text);
  }).observe({ entryTypes: ["gc"] });

  const heap = () => {
    write(`{"at":${at(performance.now())},"used":${getHeapStatistics().used_heap_size}}\n`);
  };
  heap();
  setInterval(heap, 1000).unref();
}
