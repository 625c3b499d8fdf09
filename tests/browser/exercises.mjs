// Exercises on pages in a real browser: one in several languages.

import "./support/work.mjs";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { check, run } from "./support/tests.mjs";

const lesson = readFileSync(path.join(process.env.SOCKRATES_SOURCE, "tests/golden/programs/lesson.md"), "utf8");
mkdirSync("asked");
writeFileSync("asked/one.md", lesson);
writeFileSync("asked/two.md", lesson.replace("# Ask", "# Ask again"));
execFileSync(process.env.SOCKRATES_DOCS, ["build", "asked", "-o", "site"], { stdio: ["ignore", "ignore", "inherit"] });

const phone = { width: 360, height: 780 };

async function open(page, name) {
  await page.goto(`file://${path.resolve("site")}/${name}.html`);
  await page.click("summary:text-is('Solution')");
}

// The first lines of the starter and the solution that are to be seen.
async function shown(page) {
  return (await page.locator(".tab pre").filter({ visible: true }).allInnerTexts()).map((text) => text.trim().split("\n")[0]);
}

const tests = {
  async "starter and solution stand in tabs, and one choice is for all of the site"(page) {
    await open(page, "one");
    assert.deepEqual(await shown(page), ["s = socket.socket()", "s = socket.create_connection(echo.address)"]);
    await page.click(".tabs >> nth=0 >> label:text-is('Python')");
    assert.deepEqual(await shown(page), ["import socket  # starter", "import socket  # solution"]);
    await page.keyboard.press("ArrowRight");
    assert.deepEqual(await shown(page), ["#include <stdio.h>", "#include <netdb.h>"]);
    await open(page, "two");
    assert.deepEqual(await shown(page), ["#include <stdio.h>", "#include <netdb.h>"]);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".tabs label").filter({ visible: true }).count(), 0);
  },

  async "copying takes the program of the tab"(page) {
    await open(page, "one");
    await page.click(".tabs >> nth=0 >> label:text-is('C')");
    await page.hover(".tab pre >> visible=true >> nth=0");
    await page.click(".copy >> visible=true >> nth=0");
    await page.waitForFunction(() => [...document.querySelectorAll(".copy")].some((copy) => copy.textContent === "Copied"));
    await page.evaluate(() => { document.body.appendChild(document.createElement("textarea")).id = "pasted"; });
    await page.focus("#pasted");
    await page.keyboard.press("Control+V");
    assert.match(await page.inputValue("#pasted"), /^#include <stdio.h>\n[^]*\/\* starter \*\/[^]*\n}$/);
  },

  async "tabs fit a phone, and everybody can use them"(page) {
    await open(page, "one");
    await page.click(".tabs >> nth=0 >> label:text-is('C')");
    await page.setViewportSize(phone);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), phone.width);
    assert.equal(await page.locator(".tabs").first().evaluate((tabs) => tabs.scrollWidth > tabs.clientWidth), false);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await check(page, `an exercise, ${colorScheme}`);
    }
  },
};

await run(tests);
