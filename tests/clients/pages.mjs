// What a person sees: the pages in a real browser, each check with a browser context of its own.
// The job says where the server is and how to sign in; the answer names the checks that failed.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { launch, require } from "./browser.mjs";

const axe = require("axe-core").source;
const { base, resource, password } = JSON.parse(await text(process.stdin));

// A client on a port of its own, and a page of somebody else's.
const site = createServer((request, response) => {
  const { searchParams } = new URL(request.url, "http://127.0.0.1");
  const frame = searchParams.get("frame");
  response.setHeader("content-type", "text/html");
  response.end(frame ? `<iframe src="${frame}"></iframe>` : "<title>Client</title>Done.");
});
await new Promise((ready) => site.listen(0, "127.0.0.1", ready));
const port = site.address().port;

const { browser, screenshot } = await launch();
const verifier = "v".repeat(64);
const WEB = { client_id: "https://claude.ai/oauth/mcp-oauth-client-metadata", redirect_uri: "https://claude.ai/api/mcp/auth_callback" };

/** Registers a client with this name. */
async function register(client_name, host = "127.0.0.1") {
  const redirect_uri = `http://${host}:${port}/callback`;
  const body = JSON.stringify({ client_name, redirect_uris: [redirect_uri], token_endpoint_auth_method: "none" });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${base}/oauth/register`, { method: "POST", headers, body });
  assert.equal(answer.status, 201);
  return { client_id: (await answer.json()).client_id, redirect_uri };
}

/** Where a client sends the browser. */
function link(client, scope = "read write") {
  const query = new URLSearchParams({
    response_type: "code", ...client, scope, resource, state: "the-state",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
  });
  return `${base}/oauth/authorize?${query}`;
}

/** What a client gets for the code in this address. */
async function redeem(client, at) {
  const code = new URL(at).searchParams.get("code");
  const body = new URLSearchParams({ grant_type: "authorization_code", code, code_verifier: verifier, ...client });
  const answer = await fetch(`${base}/oauth/token`, { method: "POST", body });
  assert.equal(answer.status, 200);
  return answer.json();
}

async function signIn(page) {
  await page.getByLabel("User name").fill("operator");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/consent|grants/);
}

// How often one name is tried is bounded: most checks come with this session.
const first = await browser.newPage();
await first.goto(`${base}/oauth/sign-in`);
await signIn(first);
const signedIn = await first.context().storageState();

/** Leads through every page: calls `see` with the name of each. */
async function everyPage(page, see) {
  await page.goto(`${base}/oauth/authorize?client_id=nobody`);
  await see("error");
  const loopback = await register("Inventory helper");
  await page.goto(link(loopback));
  await see("sign-in");
  await page.getByLabel("User name").fill("somebody");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await see("sign-in-wrong");
  await page.context().addCookies(signedIn.cookies);
  await page.goto(link(loopback));
  await see("consent-loopback");
  await page.goto(link(WEB));
  await see("consent-web");
  await page.goto(link(await register("x".repeat(60) + " " + "w".repeat(60)), "read"));
  await see("consent-long-name");
  await page.goto(link(loopback, "read"));
  await see("consent-read-only");
  await page.goto(`${base}/oauth/grants`);
  await see("grants-none");
  await page.goto(link(loopback));
  await page.getByRole("button", { name: "Allow" }).click();
  await redeem(loopback, page.url());
  await page.goto(`${base}/oauth/grants`);
  await see("grants");
  await page.getByRole("button", { name: "Take access away from Inventory helper" }).click();
}

/** Listens for what the browser complains of, and returns what checks that it did not. */
function watch(page) {
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("dialog", (dialog) => said.push(`a dialog: ${dialog.message()}`));
  // A status that is no success is said there, too.
  return () => assert.deepEqual(said.filter((text) => !text.includes("the server responded with a status of 4")), []);
}

const checks = {
  async "no page needs a script"(open) {
    const page = await open({ javaScriptEnabled: false });
    const client = await register("Without scripts");
    await page.goto(link(client));
    await signIn(page);
    await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL(/callback/);
    const answer = new URL(page.url()).searchParams;
    assert.equal(answer.get("state"), "the-state");
    assert.equal(answer.get("iss"), base);
    await redeem(client, page.url());
    await page.goto(`${base}/oauth/grants`);
    await page.getByRole("button", { name: "Take access away from Without scripts" }).click();
    await page.getByText("No application has access through you.").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Password").waitFor();
  },

  async "a person grants less than was asked, with the keyboard alone"(open) {
    const page = await open({});
    const client = await register("By keyboard");
    await page.goto(link(client));
    const focused = async (name) => {
      await page.keyboard.press("Tab");
      const focus = page.locator(":focus");
      const outline = await focus.evaluate((element) => getComputedStyle(element).outline);
      assert.match(outline, /solid/, `${name} shows no focus: ${outline}`);
      assert.match(await focus.evaluate((e) => e.labels?.[0]?.innerText || e.innerText), name);
    };
    await focused(/User name/);
    await page.keyboard.type("operator");
    await focused(/Password/);
    await page.keyboard.type(password);
    await focused(/Sign in/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/consent/);
    await focused(/create, change and delete/);
    await page.keyboard.press("ArrowUp");
    await screenshot(page, "consent-by-keyboard");
    await focused(/Allow/);
    await focused(/Deny/);
    await focused(/someone else/);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/callback/);
    const token = await redeem(client, page.url());
    assert.equal(token.scope, "read");
  },

  async "a person says no"(open) {
    const page = await open({ storageState: signedIn });
    await page.goto(link(await register("Refused")));
    await page.getByRole("button", { name: "Deny" }).click();
    await page.waitForURL(/callback/);
    const answer = new URL(page.url()).searchParams;
    assert.deepEqual([answer.get("error"), answer.get("iss"), answer.get("code")], ["access_denied", base, null]);
  },

  async "somebody else signs in"(open) {
    const page = await open({});
    await page.goto(link(await register("Another person")));
    await signIn(page);
    await page.getByRole("button", { name: "Sign in as someone else" }).click();
    await page.getByLabel("Password").waitFor();
  },

  async "the policy lets the answer through to every kind of client"(open) {
    const refused = [];
    // A page each: where nobody listens, the browser's own error page comes late, and would end the
    // next visit of the same page.
    const asked = async (client) => {
      const page = await open({ storageState: signedIn });
      page.on("console", (message) => message.text().includes("Content Security Policy") && refused.push(message.text()));
      await page.goto(link(client));
      return page;
    };
    const sendsOff = async (client, address) => {
      const page = await asked(client);
      const left = page.waitForRequest((request) => request.url().startsWith(address));
      await page.getByRole("button", { name: "Allow" }).click();
      assert.ok(new URL((await left).url()).searchParams.get("code"));
    };
    // Nobody is at these addresses here; the browser must have set out for them.
    await sendsOff(WEB, WEB.redirect_uri);
    await sendsOff(await register("On ::1", "[::1]"), "http://[::1]:");
    for (const host of ["localhost", "127.0.0.1"]) {
      const page = await asked(await register(`On ${host}`, host));
      await page.getByRole("button", { name: "Allow" }).click();
      await page.waitForURL(/callback/);
      assert.equal(new URL(page.url()).hostname, host);
    }
    assert.deepEqual(refused, []);
  },

  async "no page violates its own policy, and names are only text"(open) {
    const page = await open({});
    const clean = watch(page);
    await everyPage(page, () => {});
    const name = `<img src=x onerror=alert(1)><script>alert(2)</script>"'`;
    await page.goto(link(await register(name)));
    await page.getByText(name).first().waitFor();
    clean();
  },

  async "no page stands in a frame"(open) {
    const page = await open({ storageState: signedIn });
    await page.goto(link(await register("Framed")));
    for (const framed of [page.url(), `${base}/oauth/grants`, `${base}/oauth/sign-in`, `${base}/oauth/authorize`]) {
      const outer = await page.context().newPage();
      const refused = outer.waitForEvent("console", (message) => /frame-ancestors|X-Frame-Options/.test(message.text()));
      await outer.goto(`http://127.0.0.1:${port}/?frame=${encodeURIComponent(framed)}`);
      await refused;
      assert.doesNotMatch(outer.frames()[1].url(), /oauth/);
    }
  },

  async "screen readers are told what is what"(open) {
    const page = await open({});
    await page.goto(link(await register("Read aloud")));
    await page.getByRole("main").getByRole("heading", { level: 1, name: "Sign in to NetBox" }).waitFor();
    for (const name of ["User name", "Password"]) {
      assert.equal(await page.getByRole("textbox", { name }).getAttribute("required"), "");
    }
    await signIn(page);
    await page.getByRole("heading", { level: 1, name: "Allow Read aloud to use NetBox?" }).waitFor();
    await page.getByRole("note").waitFor();
    const group = page.getByRole("group", { name: "It may" });
    assert.ok(await group.getByRole("radio", { name: "also create, change and delete" }).isChecked());
    await group.getByRole("radio", { name: "read everything you can see in NetBox" }).check();
    assert.equal(await page.title(), "Allow access? - NetBox");
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
  },

  async "the host stands out, and programs of this computer come with a warning"(open) {
    const page = await open({ storageState: signedIn, viewport: PHONE });
    await page.goto(link(await register("Named by itself")));
    const prominent = async (host) => {
      const shown = page.locator(".host");
      assert.equal(await shown.innerText(), host);
      const { size, bottom } = await shown.evaluate((element) => ({
        size: parseFloat(getComputedStyle(element).fontSize), bottom: element.getBoundingClientRect().bottom,
      }));
      assert.ok(size >= 20 && bottom < PHONE.height, `${host}: ${size} px, at ${bottom}`);
    };
    await prominent("127.0.0.1");
    assert.match(await page.getByRole("note").innerText(), /Any program on this computer can call itself Named by itself/);
    await page.goto(link(WEB));
    await prominent("claude.ai");
    assert.equal(await page.getByRole("note").count(), 0);
  },
};

const PHONE = { width: 320, height: 640 };
const SIZES = { desktop: { width: 1000, height: 700 }, phone: PHONE };
for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ["light", "dark"]) {
    checks[`every page is fit for all, ${size}, ${colorScheme}`] = async (open) => {
      const page = await open({ viewport, colorScheme });
      await everyPage(page, async (name) => {
        await screenshot(page, `${name}-${size}-${colorScheme}`);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => axe.run());
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`);
        assert.deepEqual(found, [], name);
        const seen = await page.evaluate(() => ({
          overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          ground: getComputedStyle(document.body).backgroundColor,
          low: [...document.querySelectorAll("button, label")].filter((e) => e.getBoundingClientRect().height < 40).map((e) => e.innerText),
        }));
        assert.equal(seen.overflow, 0, `${name} scrolls sideways`);
        assert.deepEqual(seen.low, [], `${name} has what a finger misses`);
        const [red] = seen.ground.match(/\d+/g).map(Number);
        assert.equal(red < 128, colorScheme === "dark", `${name}: ${seen.ground}`);
      });
    };
  }
}

const failed = [];
for (const [name, check] of Object.entries(checks)) {
  const contexts = [];
  const open = async (options) => {
    contexts.push(await browser.newContext(options));
    return contexts.at(-1).newPage();
  };
  try {
    await check(open);
  } catch (error) {
    failed.push(`${name}: ${error.stack}`);
  }
  for (const context of contexts) await context.close();
}
await browser.close();
console.log(JSON.stringify({ n_checks: Object.keys(checks).length, failed }));
process.exit(0);
