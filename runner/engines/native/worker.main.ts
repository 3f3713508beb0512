/** Entry of a native load worker. */
import { serve } from "../worker/protocol.ts";
import { thisProcess } from "../worker/this-process.main.ts";
import { prepareNative } from "./run.ts";

const around = thisProcess();
serve(around, (job, say) => prepareNative(job, say, around));
