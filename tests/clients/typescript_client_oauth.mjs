// The official TypeScript client behind its own OAuth: does what each line of the input says. Where
// it would open a browser, it says the address and waits for the answer on its own port.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.argv[2]}/`);
const { Client, StreamableHTTPClientTransport, UnauthorizedError } = require("@modelcontextprotocol/client");

const say = (line) => console.log(JSON.stringify(line));
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const job = JSON.parse((await lines.next()).value);

let called;
const answers = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://127.0.0.1");
  response.end("You can close this page.");
  if (pathname === "/callback") called(searchParams);
});
await new Promise((ready) => answers.listen(0, "127.0.0.1", ready));

/** What an application implements: where it keeps things, and how it opens a browser. */
const provider = {
  redirectUrl: `http://127.0.0.1:${answers.address().port}/callback`,
  clientMetadataUrl: job.client_metadata_url,
  get clientMetadata() {
    return { client_name: job.client_name, redirect_uris: [this.redirectUrl], token_endpoint_auth_method: "none" };
  },
  clientInformation() { return this.client; },
  saveClientInformation(client) { this.client = client; },
  tokens() { return this.kept; },
  saveTokens(tokens) { this.kept = tokens; },
  codeVerifier() { return this.verifier; },
  saveCodeVerifier(verifier) { this.verifier = verifier; },
  discoveryState() { return this.discovery; },
  saveDiscoveryState(discovery) { this.discovery = discovery; },
  invalidateCredentials(which) {
    if (which === "all" || which === "tokens") this.kept = undefined;
    if (which === "all" || which === "client") this.client = undefined;
  },
  state() { return (this.sent = crypto.randomUUID()); },
  redirectToAuthorization(url) {
    this.answer = new Promise((resolve) => (called = resolve));
    say({ authorize: url.href });
  },
};

/** Does something; where a person must be asked first, waits for the answer and does it again. */
async function withPerson(act) {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    const answer = await provider.answer;
    if (answer.get("state") !== provider.sent) throw new Error("not the answer to the question");
    await transport.finishAuth(answer);
    return await act();
  }
}

let client, transport;
const deeds = {
  async connect() {
    await withPerson(async () => {
      transport = new StreamableHTTPClientTransport(new URL(job.url), { authProvider: provider });
      client = new Client({ name: job.client_name, version: "1" }, { versionNegotiation: { mode: job.mode } });
      await client.connect(transport);
    });
    return `${(await client.listTools()).tools.length} tools`;
  },
  async call({ tool, arguments: args }) {
    const result = await withPerson(() => client.callTool({ name: tool, arguments: args }));
    return result.content.map((content) => content.text).join("\n");
  },
  // A token that the server does not take makes the client refresh it.
  async spoil() {
    provider.kept = { ...provider.kept, access_token: "spoiled" };
    return "spoiled";
  },
};

for await (const line of { [Symbol.asyncIterator]: () => lines }) {
  const deed = JSON.parse(line);
  const said = await deeds[deed.do](deed);
  say({ said, client_id: provider.client?.client_id, tokens: provider.kept });
}
process.exit(0);
