/** A threshold of a k6 script over a whole load, as one worker saw it: shown, never deciding. */

export interface ScriptThreshold {
  /** As the script has it, with what it is about: `http_req_duration p(95)<500`. */
  readonly expression: string;
  /** Null where it could not be judged. */
  readonly met: boolean | null;
  /** What was compared, or why nothing was, in words. */
  readonly found: number | string;
}
