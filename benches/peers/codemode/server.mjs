// Serves an OpenAPI document with @cloudflare/codemode over stdio.
// Arguments: the folder of its node_modules, the document, the URL of the API.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

const [modules, document, url] = process.argv.slice(2);
const resolve = createRequire(pathToFileURL(`${modules}/`)).resolve;
const load = (name) => import(pathToFileURL(resolve(name)));
const { openApiMcpServer } = await import(
  pathToFileURL(`${modules}/@cloudflare/codemode/dist/mcp.js`)
);
const { StdioServerTransport } = await load("@modelcontextprotocol/sdk/server/stdio.js");

/** Runs code in a context of its own with the functions it is given, as their Worker does remotely. */
const executor = {
  async execute(code, providers) {
    const globals = { structuredClone, console: { log() {}, error() {}, warn() {} } };
    for (const { name, fns } of providers) globals[name] = fns;
    try {
      const run = vm.runInNewContext(`(${code})`, globals);
      return { result: await run() };
    } catch (error) {
      return { result: undefined, error: error?.message ?? String(error) };
    }
  },
};

/** Sends a request. A refusal is an error that carries the API's words. */
async function request({ method, path, query, body }) {
  const target = new URL(path, url);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) target.searchParams.append(name, value);
  }
  const answer = await fetch(target, {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

const spec = JSON.parse(readFileSync(document, "utf8"));
const server = openApiMcpServer({ spec, executor, request, name: "netbox" });
await server.connect(new StdioServerTransport());
