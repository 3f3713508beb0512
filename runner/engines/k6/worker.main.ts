/** Entry of a k6 load worker. */
import { realHost } from "../../shared/real-host.ts";
import { serve } from "../worker/protocol.ts";
import { thisProcess } from "../worker/this-process.main.ts";
import { prepareK6 } from "./run.ts";

const around = {
  own: thisProcess(),
  host: realHost(),
  atExit: (act: () => void) => void process.on("exit", act),
};
serve(around.own, (job, say) => prepareK6(job, say, around));
