/** Nothing that is written holds a secret. */
import { fc, test as prop } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { redacted, redactor, secretArguments } from "../../runner/record/redact.ts";

const secrets = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019_-+/=$%&"\\ü '), minLength: 6, maxLength: 24 })
  .filter((it) => !/^\d{1,5}$/.test(it) && it.trim().length >= 4);
const names = fc.constantFrom("API_TOKEN", "db_password", "CLIENT_SECRET", "AWS_ACCESS_KEY_ID", "MY_CREDENTIALS");

describe("values of secret variables", () => {
  prop.prop([names, secrets, fc.string(), fc.string()])(
    "never occur in any text, whatever stands around them",
    (name, secret, before, after) => {
      const written = JSON.stringify(
        redactor([{ [name]: secret }]).json({
          command: ["run", `${before}${secret}${after}`],
          output: `${before}${secret}${after}`,
          deep: [{ env: { OTHER: `x${secret}` } }],
        }),
      );
      expect(written).not.toContain(JSON.stringify(secret).slice(1, -1));
    },
  );

  test.each(["DB_PASS", "PASS", "SMTP_PASS_1", "PGP_PASSPHRASE"])("stand under %s, too", (name) => {
    expect(redactor([{ [name]: "hunter22" }]).text("it is hunter22")).toBe(`it is ${redacted}`);
  });

  test.each(["BYPASS", "PASSES", "PASSENGERS"])("do not stand under %s", (name) => {
    expect(redactor([{ [name]: "hunter22" }]).text("it is hunter22")).toBe("it is hunter22");
  });

  prop.prop([secrets])("are gone in their URL-encoded form too", (secret) => {
    const text = redactor([{ TOKEN: secret }]).text(`https://h/?q=${encodeURIComponent(secret)}`);
    expect(text).not.toContain(encodeURIComponent(secret));
  });

  prop.prop([fc.dictionary(names, secrets), fc.string()])("redacting twice changes nothing more", (env, text) => {
    const { text: once } = redactor([env]);
    expect(once(once(text))).toBe(once(text));
  });

  test("an everyday word under a secret's name does not blank the whole record", () => {
    const { json } = redactor([{ USE_KEY: "true", KEY_COUNT: "3" }]);
    expect(json({ output: "true, 3 times" })).toEqual({ output: "true, 3 times" });
    expect(json({ env: { USE_KEY: "true" } })).toEqual({ env: { USE_KEY: redacted } });
  });

  test("names that hold the record together stay, even when a secret is alike", () => {
    const { json } = redactor([{ TOKEN: "baseline" }]);
    expect(json({ arm: "baseline", dir: "trial-01-baseline", output: "baseline" })).toEqual({
      ...{ arm: "baseline", dir: "trial-01-baseline", output: redacted },
    });
  });
});

// Each of these took as long as the square of its length, or more: a minute for a quarter of it, while the harness stood still.
test.each(["x", "X", "-", "a-", "token", "KEY_", "_PASS"])(
  "a line of nothing but %s is read once, not from each letter",
  (part) => {
    const line = part.repeat(200_000 / part.length);
    expect(redactor([]).text(`${line} password=hunter22`)).toBe(`${line} password=${redacted}`);
  },
);

describe("a secret that is printed in part", () => {
  test.each(["Bearer", "Basic", "Token"])("the credentials of %s stand alone in what a service writes", (scheme) => {
    const { text } = redactor([{ Authorization: `${scheme} hunter22-hunter22` }]);
    expect(text("no such user: hunter22-hunter22")).toBe(`no such user: ${redacted}`);
  });

  test("a key line by line", () => {
    const { text } = redactor([{ TLS_KEY: "-----BEGIN KEY-----\nQUJDREVGR0hJSktMTU5PUA==\nend\n-----END KEY-----" }]);
    expect(text("read QUJDREVGR0hJSktMTU5PUA== to the end")).toBe(`read ${redacted} to the end`);
  });

  test.each([[["server", "--password", "hunter22"]], [["server", "--password=hunter22"]]])(
    "what a command was given as %j",
    (argv) => {
      const { text } = redactor(secretArguments(["--user", "me", ...argv, "--port", "80"]));
      expect(text("hunter22 of me at 80")).toBe(`${redacted} of me at 80`);
    },
  );
});

describe("secrets by their place", () => {
  const { json, text } = redactor([]);

  test.each(["Authorization", "authorization", "Cookie", "Proxy-Authorization", "X-Api-Key", "X-Auth-Token"])(
    "the header %s",
    (header) =>
      expect(json({ headers: { [header]: "Bearer abc", accept: "*/*" } })).toEqual({
        headers: { [header]: redacted, accept: "*/*" },
      }),
  );

  test("a header named like a variable map is a header all the same", () => {
    expect(json({ headers: { env: "x", Cookie: "a=b" } })).toEqual({ headers: { env: "x", Cookie: redacted } });
  });

  test.each([
    ["postgres://me:hunter2@db/x", "hunter2"],
    ["curl -H 'Authorization: Bearer abcdef' http://x", "abcdef"],
    ['  headers: { Authorization: "Basic Zm9vOmJhcg==", accept: "*/*" }', "Zm9vOmJhcg"],
    ["    DB_PASSWORD: hunter22", "hunter22"],
    ['{"password": "hunter2", "user": "me"}', "hunter2"],
    ["server --api-key hunter2 --port 80", "hunter2"],
    ["server --token=hunter2", "hunter2"],
    ["command: [server, --password, hunter2, --port, 80]", "hunter2"],
    [`command: ["server", "--password", 'hunter2']`, "hunter2"],
    ["command:\n  - server\n  - --password\n  - hunter2\n", "hunter2"],
    ["SMTP_PASS=hunter2", "hunter2"],
    ["    GPG_PASSPHRASE: hunter2", "hunter2"],
    ["Cookie: session=hunter2; theme=dark", "hunter2"],
  ])("in the text %s", (given, secret) => expect(text(given)).not.toContain(secret));

  test("the argument after a secret's flag", () => {
    expect(json({ command: ["server", "--password", "hunter2", "--port", "80"] })).toEqual({
      command: ["server", "--password", redacted, "--port", "80"],
    });
  });

  test.each([
    "keepAlive: { maxRequests: 100 }",
    `  API_TOKEN: \${env:API_TOKEN}`,
    "phases: [{ name: steady, for: 20s }]",
    "http://127.0.0.1:8080/checkout?items=3",
    "monkeys: 3",
    "2 pass: the rest failed, --pass-through x, BYPASS: 1",
  ])("ordinary text stays: %s", (given) => expect(text(given)).toBe(given));
});
