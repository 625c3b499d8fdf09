// A hand-in and a class's table: read by people, in the light, in the dark, on a phone, with a screen reader; they run nothing.

import "./support/work.mjs";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { run } from "./support/tests.mjs";

const source = process.env.SOCKRATES_SOURCE;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
execFileSync("python3", [path.join(source, "tests/browser/support/hands.py"), process.env.SOCKRATES],
             { stdio: ["ignore", "ignore", "inherit"] });
const sheets = ["class/Ada.html", "table.html"];
const address = (name) => `file://${path.resolve(name)}`;

const tests = {
  async "nothing is loaded, nothing runs"(page) {
    const said = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("request", (request) => said.push(request.url()));
    for (const name of sheets) {
      await page.goto(address(name), { waitUntil: "networkidle" });
    }
    assert.deepEqual(said, sheets.map(address));
  },

  async "a hand-in shows what was done"(page) {
    await page.goto(address("class/Ada.html"));
    assert.equal(await page.title(), "Ada");
    assert.match(await page.locator("h3").first().innerText(), /double-it: solved/);
    assert.equal(await page.locator("pre:visible").count(), 1);
    await page.click("summary");
    assert.match(await page.locator("details pre[role=img]").innerText(), /connect\(\) = 0/);
    assert.match(await page.locator("details").innerText(), /Not yet: double\(2\) gave nil/);
    assert.equal(await page.locator("td.bad").innerText(), "11");
    const data = JSON.parse(await page.locator("script").textContent());
    assert.equal(data.name, "Ada");
  },

  async "the table has a row for each, and says what is wrong"(page) {
    await page.goto(address("table.html"));
    const rows = page.locator("h2:has-text('Hand-ins') + div tbody tr");
    assert.equal(await rows.count(), 4);
    assert.match(await rows.first().innerText(), /letter.html\s+no hand-in/);
    assert.match(await page.innerText("h2:has-text('shares a record') ~ ul"), /Ada .*first 2 of .* Ada II/);
    assert.match(await page.innerText("h2:has-text('most got wrong') + div"), /2 of 3\s+11 \(2 of 2\)/);
  },
};

for (const colorScheme of ["light", "dark"]) {
  for (const width of [320, 1280]) {
    tests[`axe finds nothing: ${colorScheme}, ${width} wide`] = async (page) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      for (const name of sheets) {
        await page.goto(address(name));
        await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run(document, { preload: false }));
        assert.deepEqual(violations.map(({ id, nodes }) => [name, id, nodes[0].html]), []);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${name} is ${over} too wide`);
        await page.screenshot({ path: `${process.env.SHOTS ?? "."}/${path.basename(name)}-${colorScheme}-${width}.png`, fullPage: true });
      }
    };
  }
}

const named = Object.keys(tests).map((name) => [name, { bypassCSP: name.startsWith("axe") }]);
await run(tests, Object.fromEntries(named));
