// The official TypeScript client of both eras: lists the tools and makes the calls.

import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

// The packages are not beside this file: their folder is the first argument.
const require = createRequire(`${process.argv[2]}/`);
const { Client, StreamableHTTPClientTransport } = require("@modelcontextprotocol/client");
const { StdioClientTransport } = require("@modelcontextprotocol/client/stdio");

const MODES = { handshake: "legacy", per_request: { pin: "2026-07-28" }, probe: "auto" };

setTimeout(() => process.exit(1), 120_000).unref();
const job = JSON.parse(await text(process.stdin));
const versionNegotiation = { mode: MODES[job.era] };
const client = new Client({ name: "matrix", version: "1" }, { versionNegotiation });
const transport = job.command
  ? new StdioClientTransport({ command: job.command[0], args: job.command.slice(1) })
  : new StreamableHTTPClientTransport(new URL(job.url));
await client.connect(transport);

const { tools } = await client.listTools();
const answers = [];
for (const call of job.calls) {
  const result = await client.callTool({ name: call.tool, arguments: call.arguments });
  const texts = result.content.map((content) => content.text);
  answers.push({ text: texts.join("\n"), is_error: result.isError ?? false });
}
const revision = client.getNegotiatedProtocolVersion();
await client.close();
const listed = tools.map((tool) => ({ name: tool.name, schemas: { listed: tool.inputSchema } }));
console.log(JSON.stringify({ revision, tools: listed, answers }));
