/** Entry of an autocannon load worker. */
import { serve } from "../worker/protocol.ts";
import { thisProcess } from "../worker/this-process.main.ts";
import { prepareAutocannon } from "./run.ts";

const around = thisProcess();
serve(around, (job, say) => prepareAutocannon(job, say, around));
