// The official TypeScript SDK of the handshake: lists the tools and makes the calls. A job that
// `waits` does so only once the server said by itself that the tools changed.

import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

// The packages are not beside this file: their folder is the first argument.
const require = createRequire(`${process.argv[2]}/`);
const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = require("@modelcontextprotocol/sdk/client/stdio.js");
const { StreamableHTTPClientTransport } = require("@modelcontextprotocol/sdk/client/streamableHttp.js");
const { ToolListChangedNotificationSchema } = require("@modelcontextprotocol/sdk/types.js");

setTimeout(() => process.exit(1), 120_000).unref();
const job = JSON.parse(await text(process.stdin));
const client = new Client({ name: "matrix", version: "1" });
const transport = job.command
  ? new StdioClientTransport({ command: job.command[0], args: job.command.slice(1) })
  : new StreamableHTTPClientTransport(new URL(job.url));
let revision;
const { setProtocolVersion } = transport;
transport.setProtocolVersion = (version) => {
  revision = version;
  setProtocolVersion?.call(transport, version);
};
const told = new Promise((resolve) => {
  client.setNotificationHandler(ToolListChangedNotificationSchema, resolve);
});
await client.connect(transport);
if (job.waits) await told;

const { tools } = await client.listTools();
const answers = [];
for (const call of job.calls) {
  const result = await client.callTool({ name: call.tool, arguments: call.arguments });
  const texts = result.content.map((content) => content.text);
  answers.push({ text: texts.join("\n"), is_error: result.isError ?? false });
}
await client.close();
const listed = tools.map((tool) => ({ name: tool.name, schemas: { listed: tool.inputSchema } }));
console.log(JSON.stringify({ revision, tools: listed, answers }));
