// Tests of pages, each in a page of its own, and what people with other senses need of a page.
//
//     import { check, run } from "./support/tests.mjs";
//     await run({ async "a page is there"(page) { ... await check(page, "the page"); } }, { "a page is there": phone });

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inPage, withBrowser } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function check(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { preload: false }));
  const told = violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html).join("\n  ")}`);
  assert.deepEqual(told, [], where);
}

export async function run(tests, options = {}) {
  let failed = 0;
  await withBrowser(async (browser) => {
    for (const [name, test] of Object.entries(tests)) {
      try {
        await inPage(browser, async (page) => {
          page.setDefaultTimeout(30_000);
          await test(page);
        }, options[name]);
        console.log(`ok      ${name}`);
      } catch (error) {
        failed++;
        console.log(`FAILED  ${name}\n${error.stack}`);
      }
    }
  });
  console.log(`${Object.keys(tests).length - failed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}
