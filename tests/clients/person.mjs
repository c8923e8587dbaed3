// A person at a browser, who does what each line of the input says, and answers with a line.

import { createInterface } from "node:readline";
import { launch } from "./browser.mjs";

const { browser, screenshot } = await launch();
const page = await browser.newPage();
const deeds = { authorize, grants, revoke };

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  console.log(JSON.stringify(await deeds[job.do](job)));
}
await browser.close();

/** Follows an application's link to its end: signs in where asked, reads what is asked for, decides. */
async function authorize({ url, name, password, grant, picture }) {
  await page.goto(url);
  const must_sign_in = await page.getByLabel("Password").isVisible();
  if (must_sign_in) {
    await signIn(name, password);
  }
  const heading = await page.getByRole("heading", { level: 1 }).innerText();
  const host = await page.locator(".host").innerText();
  const warned = await page.getByRole("note").isVisible();
  const choices = await page.locator("input[name=scope]").evaluateAll((inputs) => inputs.map((input) => input.value));
  await screenshot(page, picture);
  if (choices.length > 1) {
    await page.locator(`input[name=scope][value=${grant}]`).check();
  }
  await page.getByRole("button", { name: "Allow" }).click();
  await page.waitForURL((now) => now.searchParams.has("code"));
  return { must_sign_in, heading, host, warned, choices, at: page.url() };
}

/** Reads which applications have access. */
async function grants({ url, picture }) {
  await page.goto(url);
  await screenshot(page, picture);
  return page.getByRole("heading", { level: 2 }).allInnerTexts();
}

/** Takes access away from an application. */
async function revoke({ url, client }) {
  await page.goto(url);
  await page.getByRole("button", { name: `Take access away from ${client}` }).click();
  await page.waitForLoadState();
  return page.getByRole("heading", { level: 2 }).allInnerTexts();
}

async function signIn(name, password) {
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/consent/);
}
