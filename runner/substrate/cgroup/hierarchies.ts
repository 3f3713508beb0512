/** Which cgroup hierarchies this process is in, from the texts of /proc/self/cgroup and /proc/self/mountinfo. */
import { resolve } from "node:path";

export interface Hierarchy {
  readonly version: 1 | 2;
  /** v1: those of this hierarchy. v2: none are told here, see cgroup.controllers. */
  readonly controllers: readonly string[];
  /** Folder where it is mounted. */
  readonly mount: string;
  /** Folder of the group that the process is in. */
  readonly own: string;
}

/**
 * @param cgroup    /proc/self/cgroup: lines `id:controllers:path`, v2 is `0::path`
 * @param mountinfo /proc/self/mountinfo, see proc(5)
 */
export function hierarchies(cgroup: string, mountinfo: string): Hierarchy[] {
  const memberships = lines(cgroup).map((line) => {
    const [id = "", controllers = "", ...path] = line.split(":");
    return { id, controllers: controllers.split(",").filter(Boolean), path: path.join(":") };
  });
  return lines(mountinfo).flatMap((line): Hierarchy[] => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , root = "/", mountPoint = ""] = before.split(" ").map(unescaped);
    const [type = "", , options = ""] = after.split(" ");
    if (type === "cgroup2") {
      const own = memberships.find((it) => it.id === "0" && it.controllers.length === 0);
      return own ? [{ version: 2, controllers: [], mount: mountPoint, own: within(mountPoint, root, own.path) }] : [];
    }
    if (type !== "cgroup") return [];
    const names = new Set(options.split(","));
    const own = memberships.find((it) => it.controllers.length > 0 && it.controllers.every((name) => names.has(name)));
    return own
      ? [{ version: 1, controllers: own.controllers, mount: mountPoint, own: within(mountPoint, root, own.path) }]
      : [];
  });
}

/** In a container the mount may show only a part of the hierarchy, `root`: paths are below it, or not visible at all. */
function within(mount: string, root: string, path: string): string {
  const top = root === "/" ? "" : root;
  const visible = path === top || path.startsWith(`${top}/`);
  return visible && !path.startsWith("/..") ? resolve(mount, `.${path.slice(top.length)}`) : mount;
}

const lines = (text: string): string[] => text.split("\n").filter(Boolean);

/** Spaces and backslashes in mount points stand as octal escapes. */
const unescaped = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
