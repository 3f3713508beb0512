/** Which hosts are this machine itself: a safety rule, so there is one of it. */

/** `host` as in a URL (IPv6 in brackets) or bare. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
