// The browser that tests drive: the arguments are the folder above `node_modules`, the program, and
// the folder for screenshots.

import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, executablePath, pictures] = process.argv.slice(2);

/** Loads a package: they are not beside this file. */
export const require = createRequire(`${folder}/`);

/** Starts the browser, headless. */
export async function launch() {
  const { chromium } = require("playwright-core");
  const browser = await chromium.launch({ executablePath, timeout: 120_000 });
  return { browser, screenshot };
}

/** Takes a picture of a whole page, if it is to have a name. */
async function screenshot(page, name) {
  if (name) {
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  }
}
