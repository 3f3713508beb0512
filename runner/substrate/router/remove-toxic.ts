/** Takes a toxic off a router of a harness that may be dead: what the undo of a link fault does. */
import { messageOf } from "../../shared/errors.ts";
import { controlClient, RouterGone } from "./control-client.ts";

/** A router answers within milliseconds; one that takes longer is stopped or not ours. */
const answerMs = 5_000;

/**
 * `gone` when no router with this token listens at the port: with it went the toxic. Fine when the toxic is off already.
 * Rejects when somebody listens there and does not answer within 5 s.
 */
export async function removeToxic(port: number, token: string, toxic: string): Promise<"removed" | "gone"> {
  const client = controlClient(port, token);
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      client.ask({ do: "remove", name: toxic }),
      new Promise<never>((_, reject) => {
        const error = new Error(`the router at port ${port} did not answer within ${answerMs / 1000} s`);
        timer = setTimeout(() => reject(error), answerMs);
      }),
    ]);
    return "removed";
  } catch (error) {
    if (error instanceof RouterGone) return "gone";
    throw new Error(`toxic ${toxic} is still on: ${messageOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
    client.close();
  }
}
