/** `make bench-peers`: installs the load generators that package registries offer into .tools/peers, and says what it could not. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../runner/shared/errors.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import { sh } from "../support/sh.ts";
import { onPath } from "./machine.ts";
import { peersFolder } from "./peers/find.ts";
import type { Peer, Source } from "./peers/peer.ts";
import { peers, versionOf } from "./peers/registry.ts";

const host = realHost();
const bin = join(peersFolder, "bin");
const run = sh({ timeout: "30m" });

/** @throws Error with the output of what failed */
async function install(source: Source): Promise<void> {
  if ("go" in source) await sh({ timeout: "30m", env: { ...host.env, GOBIN: bin } })`go install ${source.go}`;
  else if ("cargo" in source) {
    await run`cargo install ${source.cargo} --version ${source.version} --locked --root ${peersFolder}`;
  } else if ("make" in source) await sh({ timeout: "30m", cwd: packageFile() })`make ${source.make}`;
  else await unpack(source.debian);
}

/** The program has the package's name. */
async function unpack(name: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "shakedown-peer-"));
  try {
    await sh({ timeout: "10m", cwd: dir })`apt-get download ${name}`;
    const [file] = readdirSync(dir);
    await sh({ cwd: dir })`dpkg-deb -x ${file ?? ""} root`;
    copyFileSync(join(dir, "root", "usr", "bin", name), join(bin, name));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const toolFor = (source: Source): string =>
  "go" in source ? "go" : "cargo" in source ? "cargo" : "make" in source ? "make" : "apt-get";

/** Null when it is there now; else why not. */
async function obtain(peer: Peer): Promise<string | null> {
  const reasons: string[] = [];
  for (const source of peer.sources) {
    const needs = toolFor(source);
    if (onPath(needs) === null) reasons.push(`${needs} is not installed`);
    else {
      try {
        host.stderr.write(`${peer.name}: by ${needs}\n`);
        await install(source);
        if ((await versionOf(peer, host)) !== null) return null;
        reasons.push(`${needs} put no program there`);
      } catch (error) {
        reasons.push(`${needs}: ${messageOf(error).trim().split("\n").slice(-3).join(" ")}`);
      }
    }
  }
  return peer.unavailable ?? reasons.join("; ");
}

mkdirSync(bin, { recursive: true });
// Other entries run the same programs in another way: "oha, corrected".
for (const peer of peers.filter((it) => !it.name.includes(","))) {
  const found = await versionOf(peer, host);
  const why = found === null ? await obtain(peer) : null;
  const told = why === null ? ((await versionOf(peer, host)) ?? peer.name) : `not here: ${why}`;
  host.stdout.write(`${peer.name.padEnd(16)} ${told}\n`);
}
