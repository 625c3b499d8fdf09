// `docs serve`: a saved lesson is on the open page soon, trouble is shown there, and nobody else is answered.

import "./support/work.mjs";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync, readdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { withPage } from "./support/browser.mjs";

cpSync(path.join(process.env.SOCKRATES_SOURCE, "tests/golden/site/course"), "course", { recursive: true });
const environment = { ...process.env, TMPDIR: process.cwd(), XDG_CACHE_HOME: path.resolve("cache") };
const server = spawn(process.env.SOCKRATES_DOCS, ["serve", "course"], {
  env: environment, stdio: ["ignore", "pipe", "inherit"],
});
const ended = once(server, "exit");

// The address it says once it listens.
async function address() {
  for await (const line of server.stdout.setEncoding("utf8")) {
    return line.trim();
  }
  throw new Error("it ended without a word");
}

function get(url, headers) {
  return new Promise((resolve, reject) => {
    http.get(url, { headers }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode));
    }).on("error", reject);
  });
}

try {
  const url = await address();
  assert.match(url, /^http:\/\/localhost:\d+\/$/);
  assert.equal(await get(url), 200);
  assert.equal(await get(`${url}none`), 404);
  assert.equal(await get(`${url}..%2f..%2fetc/passwd`), 404);
  assert.equal(await get(url, { host: "evil.example" }), 403);

  await withPage(async (page) => {
    page.setDefaultTimeout(20_000);
    await page.goto(`${url}part/second.html`);
    const learned = page.waitForResponse((answer) => answer.url().includes("/-/changed"));
    await page.reload();
    await learned;
    const begin = performance.now();
    appendFileSync("course/part/second.md", "\nA sentence that was not there.\n");
    await page.waitForSelector("text=A sentence that was not there.");
    console.log(`the page followed after ${Math.round(performance.now() - begin)} ms`);

    appendFileSync("course/part/second.md", "\n[lost](gone.md)\n");
    await page.waitForSelector("pre.trouble:has-text('gone.md, which is not there')");
    writeFileSync("course/part/gone.md", "# Found again\n");
    writeFileSync("course/SUMMARY.md", "# C\n\n- [E](everything.md)\n- [S](part/second.md)\n- [G](part/gone.md)\n");
    await page.waitForSelector('.contents >> text="G"');
    await page.waitForSelector("pre.trouble", { state: "hidden" });
  });
} finally {
  server.kill("SIGINT");
}
assert.deepEqual(await ended, [0, null]);
assert.deepEqual(readdirSync(".").filter((name) => name.startsWith("sockrates-site")), []);
console.log("4 passed, 0 failed");
