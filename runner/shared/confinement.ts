/** How limits are enforced: by the kernel, by the harness polling (which a check of every report then says), or not at all. */
export type Confinement = "cgroup-v1" | "cgroup-v2" | "emulated" | "none";
