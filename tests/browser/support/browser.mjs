// A page in Chromium; closed, browser and all, however the test ends.
//
//     import { withPage } from "./support/browser.mjs";
//     await withPage(async (page) => { await page.goto(`file://${site}/index.html`); ... });

import { chromium } from "playwright-core";

export async function withPage(test, options = {}) {
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
    const page = await browser.newPage(options);
    const errors = [];
    page.on("pageerror", (error) => errors.push(error));
    await test(page);
    if (errors.length > 0) {
      throw new AggregateError(errors, `the page's own scripts failed: ${errors[0]}`);
    }
  } finally {
    await browser.close();
  }
}
