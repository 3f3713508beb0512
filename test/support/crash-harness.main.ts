/** The harness with a trap door: it kills itself with SIGKILL just before, or just after, a line of the journal is on the disk. */
import { main } from "../../runner/cli/main.ts";
import { realHost } from "../../runner/shared/real-host.ts";

const [at, when, ...argv] = process.argv.slice(2);
const host = realHost();
const die = () => process.kill(process.pid, "SIGKILL");

process.exitCode = await main(
  {
    ...host,
    appendDurable: (fd, text) => {
      const here = text.includes(`"type":"${at}"`);
      if (here && when === "before") die();
      host.appendDurable(fd, text);
      if (here && when === "after") die();
    },
  },
  argv,
);
