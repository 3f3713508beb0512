/** How the service of a load is spoken to: TLS, HTTP/2. */
import { z } from "zod";
import { whole } from "./fields.ts";

const serverName = z
  .string()
  .regex(/^([a-zA-Z0-9_]([a-zA-Z0-9_.-]*[a-zA-Z0-9_])?\.?|[0-9a-fA-F:.]+)$/, "expected a host name or an address");

const tls = z
  .strictObject({
    ca: z.string().min(1).optional().meta({
      description: "PEM file with the authorities to trust instead of the system's, relative to the scenario file",
    }),
    cert: z.string().min(1).optional().meta({
      description:
        "PEM file with the certificate that the load shows of itself (mutual TLS), and those between it and its authority, relative to the scenario file",
    }),
    key: z.string().min(1).optional().meta({
      description: "PEM file with the private key of cert, without a passphrase, relative to the scenario file",
    }),
    serverName: serverName.optional().meta({
      description:
        "The name (sent as SNI) or address that the certificate must be for. Default: the host of the target's URL; localhost for a process",
    }),
    insecure: z
      .boolean()
      .default(false)
      .meta({ description: "true: whatever certificate the service shows is accepted" }),
  })
  .meta({ description: "The service speaks TLS; {} trusts the system's authorities. Implied by an https URL" });

/** Fields of a load. */
export const transportFields = {
  protocol: z.enum(["http1", "http2"]).optional().meta({
    description: "http1: HTTP/1.1 (the default). http2: HTTP/2, by ALPN with TLS, with prior knowledge (h2c) without",
  }),
  http2: z
    .strictObject({
      connections: whole(
        "Over all workers; more when each has as many requests in flight as the server allows",
        1,
        10_000,
      ).optional(),
    })
    .optional()
    .meta({
      description:
        "With protocol: http2. Default: 12 connections, no more than requests in flight; k6 has one for each virtual user",
    }),
  tls: tls.optional(),
};
