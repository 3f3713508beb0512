/** A real Chromium of the system: CHROMIUM_BIN, else the usual places. Tests that need it skip loudly; in CI they fail. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { type Browser, chromium } from "playwright-core";
import { test } from "vitest";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Null when there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | null {
  if (env.CHROMIUM_BIN) return env.CHROMIUM_BIN;
  const folders = [...(env.PATH ?? "").split(delimiter), "/usr/bin", "/snap/bin"];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((it) => existsSync(it)) ?? null;
}

/** Without any service of the browser that would talk to a network by itself; every launch has its own profile. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error("no Chromium was found: install one or set CHROMIUM_BIN");
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** `test` where a Chromium is found. */
export const browserTest: typeof test | typeof test.skip =
  findChromium() === null && process.env.CI !== "true" ? skipped() : test;

function skipped(): typeof test.skip {
  console.warn("SKIPPED: the report in a real browser needs Chromium; install it or set CHROMIUM_BIN");
  return test.skip;
}
