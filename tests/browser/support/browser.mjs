// A page in Chromium; closed, browser and all, however the test ends.
//
//     import { withPage } from "./support/browser.mjs";
//     await withPage(async (page) => { await page.goto(`file://${site}/index.html`); ... });
//
// Many tests share a browser, which takes longer to start than most of them; each has a page that knows nothing of others:
//
//     await withBrowser(async (browser) => { await inPage(browser, async (page) => { ... }); ... });

import { chromium } from "playwright-core";

export async function withBrowser(tests) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // Chromium's own sandbox cannot be made by root, and containers often are.
    args: [
      ...(process.getuid() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
  try {
    await tests(browser);
  } finally {
    await browser.close();
  }
}

export async function inPage(browser, test, options = {}) {
  const page = await browser.newPage(options);
  const errors = [];
  page.on("pageerror", (error) => errors.push(error));
  try {
    await test(page);
  } finally {
    await page.close();
  }
  if (errors.length > 0) {
    throw new AggregateError(errors, `the page's own scripts failed: ${errors[0]}`);
  }
}

export function withPage(test, options) {
  return withBrowser((browser) => inPage(browser, test, options));
}
