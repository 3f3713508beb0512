/** Entry of a native load worker. */
import { serve } from "../worker/protocol.ts";
import { thisProcess } from "../worker/this-process.main.ts";
import { withoutAsyncScopes } from "./http2/async-scopes.ts";
import { prepareNative } from "./run.ts";

const around = thisProcess();
withoutAsyncScopes();
serve(around, (job, say) => prepareNative(job, say, around));
