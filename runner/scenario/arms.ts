/** Arms are merge patches (RFC 7396) over targets and load: a map goes into a map, null removes, anything else replaces. */
import { isMap, type Node } from "./document/tree.ts";

/** Values keep the place and path of where they were written, in the base or in the patch. */
export function mergePatch(base: Node | undefined, patch: Node): Node {
  if (!isMap(patch)) return patch;
  const merged = new Map(base !== undefined && isMap(base) ? base.value : []);
  for (const [key, value] of patch.value) {
    if (value.value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  // What is missing in a merged map is missing where the map began.
  return { ...(base !== undefined && isMap(base) ? base : patch), value: merged };
}
