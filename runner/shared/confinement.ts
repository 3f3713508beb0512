/** How limits are enforced: by the kernel, by the harness polling (labelled in every verdict), or not at all. */
export type Confinement = "cgroup-v1" | "cgroup-v2" | "emulated" | "none";
