/** Where a service listens. */

export interface Address {
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** As it stands in a URL and in a Host header. */
export const authority = ({ host, port }: Address): string => `${host.includes(":") ? `[${host}]` : host}:${port}`;
