// The site in a real browser, read from files: what a reader does with a page, by mouse, by keys, on a phone, on paper.

import "./support/work.mjs";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { check, run } from "./support/tests.mjs";

const docs = process.env.SOCKRATES_DOCS;
const course = path.join(process.env.SOCKRATES_SOURCE, "tests/golden/site/course");
const site = path.resolve("site");
execFileSync(docs, ["build", course, "-o", site], { stdio: ["ignore", "ignore", "inherit"] });

const address = (name) => `file://${site}/${name}`;
const pages = ["index.html", "everything.html", "everything.programs.html", "part/second.html", "404.html",
               "reference/index.html", "reference/commands.html", "reference/socket.html"];
const phone = { viewport: { width: 360, height: 780 }, hasTouch: true };

const tests = {
  async "nothing on a page breaks its own security policy"(page) {
    const said = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("requestfailed", (request) => said.push(request.url()));
    for (const name of pages) {
      await page.goto(address(name), { waitUntil: "networkidle" });
    }
    assert.deepEqual(said, []);
  },

  async "a wrong address in a sub-folder of a static host has style, links and search"(page) {
    const server = createServer((request, answer) => {
      const name = decodeURIComponent(new URL(request.url, "http://x").pathname).replace(/^\/net%20course\/|^\/net course\//, "");
      const there = request.url.startsWith("/net%20course/") && existsSync(`${site}/${name}`) && !name.endsWith("/");
      const type = { ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" }[path.extname(name)] ?? "text/html";
      answer.writeHead(there ? 200 : 404, { "Content-Type": there ? type : "text/html" });
      answer.end(readFileSync(there ? `${site}/${name}` : `${site}/404.html`));
    });
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    const host = `http://127.0.0.1:${server.address().port}`;
    try {
      for (const wrong of ["/net%20course/part/nowhere/at%20all.html", "/net%20course/nothing.html", "/net%20course/part/"]) {
        await page.goto(host + wrong);
        await page.waitForSelector(".find:visible");
        assert.equal(await page.evaluate(() => getComputedStyle(document.body).display), "grid");
        assert.equal(await page.getAttribute("article a", "href"), `${host}/net%20course/index.html`);
        await page.click("article a");
        await page.waitForSelector("body.home");
      }
      await page.route("**/*.{js,css}", (route) => route.abort());
      await page.goto(`${host}/net%20course/part/nowhere.html`);
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).display), "grid");
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },

  async "a choice of colours stays"(page) {
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.goto(address("everything.html"));
    const light = await paper();
    await page.click(".scheme");
    assert.equal(await paper(), light, "the system's was light");
    await page.click(".scheme");
    const dark = await paper();
    assert.notEqual(dark, light);
    await page.goto(address("part/second.html"));
    assert.equal(await paper(), dark);
    assert.equal(await page.getAttribute(".scheme", "aria-label"), "Colours: dark");
  },

  async "copying takes the code and leaves the output"(page) {
    await page.goto(address("everything.html"));
    await page.hover("#pair pre");
    await page.click("#pair .copy");
    await page.waitForFunction(() => document.querySelector("#pair .copy").textContent === "Copied");
    await page.evaluate(() => {
      const area = document.body.appendChild(document.createElement("textarea"));
      area.id = "pasted";
      area.focus();
    });
    await page.keyboard.press("Control+V");
    assert.equal(await page.inputValue("#pasted"),
      'a, b = socket.socketpair()\nprint("two", "ends")\na:fileno() < b:fileno(), "<&>"');
  },

  async "a step in three languages"(page) {
    await page.goto(address("everything.html"));
    const shown = async () => (await page.locator("#pair .tab pre").filter({ visible: true }).allInnerTexts()).map((text) => text.trim().split("\n")[0]);
    assert.deepEqual(await shown(), ["a, b = socket.socketpair()"]);
    await page.focus("#pair .tabs input");
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector("#pair .made pre:has-text('import socket')", { state: "attached" });
    assert.deepEqual(await shown(), []);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "In Python");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const [python] = await shown();
    assert.match(python, /^"""The calls that were made, as Python\./);
    await page.click("#pair label:text-is('C')");
    await page.click("#pair .tab:last-child .made > summary");
    assert.deepEqual(await shown(), ["/*"]);
    await page.hover("#pair .tab:last-child");
    await page.click("#pair .tab:last-child .copy");
    await page.waitForFunction(() => document.querySelector("#pair .tab:last-child .copy").textContent === "Copied");
    await page.evaluate(() => { document.body.appendChild(document.createElement("textarea")).id = "pasted"; });
    await page.focus("#pasted");
    await page.keyboard.press("Control+V");
    assert.match(await page.inputValue("#pasted"), /^\/\*\n \* The calls[^]*socketpair\(AF_UNIX, SOCK_STREAM, 0, pair\)[^]*\n}$/);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("#pair label").filter({ visible: true }).count(), 0);
  },

  async "a step that somebody wrote in another language stands in its tab, before what the calls became"(page) {
    await page.goto(address("everything.html"));
    const shown = async (part) => (await page.locator(`#written .tab ${part}`).filter({ visible: true }).allInnerTexts()).map((text) => text.trim());
    assert.deepEqual(await page.locator("#written label").allInnerTexts(), ["Lua", "Python", "C"]);
    await page.click("#written label:text-is('Python')");
    assert.deepEqual(await shown("pre"), ["import socket\n\nleft, right = socket.socketpair()"]);
    await page.waitForSelector("#written .tab:nth-of-type(2) .made > summary"); // the programs are fetched now
    assert.deepEqual(await shown("summary"), ["The same calls, as a whole program"]);
    await page.hover("#written .tab:nth-of-type(2) pre");
    await page.click("#written .tab:nth-of-type(2) .copy >> visible=true");
    await page.waitForFunction(() => document.querySelector("#written .tab:nth-of-type(2) .copy").textContent === "Copied");
    await page.evaluate(() => { document.body.appendChild(document.createElement("textarea")).id = "pasted"; });
    await page.focus("#pasted");
    await page.keyboard.press("Control+V");
    assert.equal(await page.inputValue("#pasted"), "import socket\n\nleft, right = socket.socketpair()");
  },

  async "a prediction is judged by the run"(page) {
    await page.goto(address("everything.html"));
    const why = page.locator(".prediction + .run .why"), quiz = page.locator(".prediction");
    await page.check("#quiz-1-1");
    assert.equal(await why.count(), 0);
    assert.equal(await page.locator(".prediction + .run .result").isVisible(), false);
    const before = await quiz.boundingBox();
    await page.click(".prediction + .run summary");
    await why.first().waitFor();
    assert.deepEqual(await quiz.boundingBox(), before);
    const told = "Not so. There is something. Right: two.";
    const spoken = async () => (await page.locator(".prediction + .run .verdicts").innerText()).replace(/\s+/g, " ").trim();
    assert.equal(await spoken(), told);
    assert.equal(await page.locator("[role=status]").innerText(), told);
    assert.match(await page.locator(".prediction + .run .result").innerText(), /^2\b/);
    await page.reload();
    assert.equal(await spoken(), told);
    assert.equal(await page.isChecked("#quiz-1-1"), true);
    await page.check("#quiz-1-2");
    assert.match(await why.innerText(), /^Right\./);
  },

  async "a quiz answers"(page) {
    await page.goto(address("everything.html"));
    await page.check("#quiz-2-2");
    assert.match(await page.locator("#quiz-2-2 ~ .why").innerText(), /Right\.\s+Because\./);
    assert.equal(await page.locator("#quiz-2-3 ~ .why").isVisible(), false);
  },

  async "programs in other languages are fetched once they are wanted, from a site and from files"(page) {
    const fetched = [];
    page.on("request", (request) => fetched.push(request.url()));
    await page.goto(address("everything.html"), { waitUntil: "networkidle" });
    assert.equal(fetched.filter((url) => url.includes(".programs.")).length, 0);
    await page.click("#pair label:text-is('C')");
    const program = "#pair .tab:last-child .made pre:has-text('socketpair')";
    await page.waitForSelector(program, { state: "attached" });
    assert.equal(await page.locator(".elsewhere, iframe").count(), 0);
    await page.reload();
    await page.waitForSelector(program, { state: "attached" });
    await page.goto(address("everything.programs.html"));
    assert.equal(await page.locator(".program pre").first().isVisible(), true);
    await page.click("article a:text-is('Everything once')");
    await page.waitForURL(/everything\.html$/);
  },

  async "one language for all steps, that stays"(page) {
    await page.goto(address("everything.html"));
    await page.click("#pair label:text-is('C')");
    const chosen = () => page.evaluate(() => [...document.querySelectorAll(".tabs > input:checked + label")]
      .map((label) => label.textContent));
    assert.deepEqual(new Set(await chosen()), new Set(["C"]));
    await page.reload();
    assert.deepEqual(new Set(await chosen()), new Set(["C"]));
  },

  async "a table stands as it says, and scrolls where it is too wide"(page) {
    mkdirSync("tables");
    writeFileSync("tables/a.md", "# T\n\n| a | b | c | d |\n|---|:-:|--:|---|\n| 1 | 2 | 3 | some words in a cell |\n");
    execFileSync(docs, ["build", "tables", "-o", "tables-site"], { stdio: "ignore" });
    await page.setViewportSize({ width: 360, height: 700 });
    await page.goto(`file://${path.resolve("tables-site")}/a.html`);
    assert.deepEqual(await page.locator("td").evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).textAlign)),
      ["start", "center", "right", "start"]);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    assert.ok(await page.evaluate(() => document.querySelector("table").scrollWidth > 400));
  },

  async "words may run from the right, code never does"(page) {
    mkdirSync("right");
    writeFileSync("right/a.md", "---\nlang: ar\n---\n# \u0645\u0642\u0628\u0633\n\n\u0646\u0635 `f()`.\n\n- \u0648\u0627\u062d\u062f\n\n" +
      "Some English.\n\n```lua\n1 + 1\n```\n");
    execFileSync(docs, ["build", "right", "-o", "right-site"], { stdio: "ignore" });
    await page.setViewportSize({ width: 360, height: 700 });
    await page.goto(`file://${path.resolve("right-site")}/a.html`);
    const runs = (selector) => page.locator(selector).evaluate((box) => getComputedStyle(box).direction);
    for (const [selector, direction] of [["article", "rtl"], ["article li", "rtl"], ["p code >> nth=0", "ltr"], [".run pre >> nth=0", "ltr"], [".top", "ltr"]]) {
      assert.equal(await runs(selector), direction, selector);
    }
    const left = (text) => page.evaluate((text) => {
      const words = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT), range = document.createRange();
      while (words.nextNode() && !words.currentNode.textContent.includes(text));
      range.selectNodeContents(words.currentNode);
      return range.getBoundingClientRect().left;
    }, text);
    assert.ok(await left("\u0645\u0642\u0628\u0633") > 180);
    assert.ok(await left("Some English.") < 50);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  },

  async "a picture that scrolls says what it is"(page) {
    await page.setViewportSize({ width: 360, height: 700 });
    await page.goto(address("everything.html"));
    await page.evaluate(() => document.querySelectorAll("details").forEach((box) => { box.open = true; }));
    for (const [kind, name] of [["ladder", "Ladder"], ["chart", "Chart"]]) {
      const first = page.locator(`figure.${kind}[tabindex]`).first();
      await first.waitFor();
      assert.equal(await first.getAttribute("aria-label"), name);
    }
  },

  async "no button covers code"(page) {
    await page.goto(address("everything.html"));
    const covered = () => page.evaluate(() => [...document.querySelectorAll(".copy")].filter((button) => {
      const box = button.getBoundingClientRect(), code = button.previousElementSibling.getBoundingClientRect();
      return box.width > 0 && box.left < code.right && box.right > code.left && box.top < code.bottom && box.bottom > code.top;
    }).length);
    assert.equal(await covered(), 0);
    await page.setViewportSize({ width: 390, height: 800 });
    assert.equal(await covered(), 0);
  },

  async "keys go on, back, and tell themselves"(page) {
    await page.goto(address("everything.html"));
    await page.keyboard.press("ArrowRight");
    await page.waitForURL(/second\.html$/);
    await page.keyboard.press("ArrowLeft");
    await page.waitForURL(/everything\.html$/);
    await page.keyboard.press("?");
    await page.waitForSelector("dialog[open]:has-text('The next page')");
    await page.keyboard.press("Escape");
    await page.focus("#quiz-1-1");
    await page.keyboard.press("ArrowRight");
    assert.match(page.url(), /everything\.html$/);
  },

  async "the page stands in the middle, and its sections are listed at every width"(page) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(address("index.html"));
    const off = await page.evaluate(() => {
      const box = document.querySelector("article").getBoundingClientRect();
      const room = document.querySelector(".contents").getBoundingClientRect().right;
      return Math.abs(box.left + box.right - room - document.documentElement.clientWidth);
    });
    assert.ok(off < 2, `off by ${off}`);
    await page.goto(address("everything.html"));
    assert.equal(await page.locator(".outline ol").first().isVisible(), true);
    await page.setViewportSize({ width: 800, height: 900 });
    await page.locator(".outline ol").first().waitFor({ state: "hidden" });
    await page.click(".outline summary");
    assert.equal(await page.locator(".outline ol").first().isVisible(), true);
  },

  async "keys alone suffice"(page) {
    await page.goto(address("everything.html"));
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    await page.focus("#quiz-1-1");
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.isChecked("#quiz-1-2"), true);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".reveal[open]");
  },

  async "searching finds words, beginnings and names with underscores"(page) {
    await page.goto(address("part/second.html"));
    await page.keyboard.press("/");
    await page.waitForSelector("dialog[open] input");
    const find = async (words, wanted) => {
      await page.fill("dialog input", words);
      await page.waitForFunction((title) => document.querySelector("dialog li > a")?.textContent === title, wanted);
    };
    await find("strength", "Everything once");
    await find("emph", "Everything once");
    await find("told twice", "Second <one>");
    await find("s:getpeername", "Socket objects");
    await find("getpeern", "Socket objects");
    await page.fill("dialog input", "strength nonsense");
    await page.waitForSelector("dialog [role=status]:has-text('Nothing found.')");
    await find("EVERYTHING onc", "Everything once");
    assert.deepEqual(await page.locator("dialog li").first().locator("a mark").allInnerTexts(), ["Everything", "onc"]);
    await find("asking", "Everything once");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/everything\.html#asking$/);
    await page.keyboard.press("Control+k");
    await page.waitForSelector("dialog[open]");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("dialog[open]").count(), 0);
  },

  async "what was found stands among the words around it"(page) {
    mkdirSync("around");
    const many = "Many words come before it. ".repeat(20);
    writeFileSync("around/one.md", `# One\n\nIt begins.\n\n${many}Here an Éclair stands; ${many}\n\n## Pâtés & co\n\nNothing.\n\n` +
      "- a backlog, then\n- the `accept` queue of a backlog\n\n```c\nint backlogged = 1;\n```\n");
    writeFileSync("around/two.md", "# Two\n\nAbout other things.\n\n日本語のテストです\n");
    execFileSync(docs, ["build", "around", "-o", "around-site"], { stdio: "ignore" });
    for (const from of ["two.html", "one.html"]) {
      await page.goto(`file://${path.resolve("around-site")}/${from}`);
      await page.keyboard.press("/");
      await page.waitForSelector("dialog[open] input");
      for (const [words, around, marks] of [
        ["eclair", /^… .{0,60}Here an Éclair stands; Many words.* …$/, ["Éclair"]],
        ["backlog queue", /^the accept queue of a backlog$/, ["queue", "backlog"]],
        ["backlogged", /^int backlogged = 1;$/, ["backlogged"]],
        ["bakclog", /^a backlog, then$/, ["backlog"]],
        ["テスト", /^日本語のテストです$/, ["テスト"]],
      ]) {
        await page.fill("dialog input", words);
        const found = page.locator("dialog li p:has(mark)").first();
        await page.waitForFunction((text) => document.querySelector("dialog li p:has(mark)")?.textContent.match(text), around)
          .catch(async () => assert.fail(`${words}: ${await page.locator("dialog ol").innerHTML()}`));
        assert.deepEqual(await found.locator("mark").allInnerTexts(), marks);
        const id = await found.getAttribute("id");
        assert.equal(await page.locator(`dialog a[aria-describedby="${id}"]`).count(), 1);
      }
      assert.equal(await page.locator("iframe").count(), 0);
    }
  },

  async "a link into a folded part unfolds it"(page) {
    await page.goto(address("everything.html#pair"));
    assert.equal(await page.locator("#pair").isVisible(), true);
    await page.goto(address("part/second.html"));
    await page.click("text=everything");
    await page.waitForURL(/everything\.html$/);
  },

  async "nothing is lost without script"(page) {
    await page.goto(address("everything.html"));
    assert.equal(await page.locator(".scheme, .find, .copy").filter({ visible: true }).count(), 0);
    await page.check("#quiz-2-3");
    assert.equal(await page.locator("#quiz-2-3 ~ .why").isVisible(), true);
    await page.click("#pair label:text-is('Python')");
    assert.equal(await page.locator("#pair .language-lua").isVisible(), false);
    await page.click("#pair .tab:nth-of-type(2) .elsewhere a:text-is('The same calls, as a whole program')");
    await page.waitForURL(/everything\.programs\.html#code-0-\d+-Python$/);
    assert.equal(await page.locator(".program:target >> text=import socket").isVisible(), true);
    await page.goBack();
    await page.click("text=Hint 1");
    assert.equal(await page.locator("text=Say \"hello\".").isVisible(), true);
    await page.click(".prediction + .run summary");
    assert.equal(await page.locator(".prediction + .run .result").isVisible(), true);
    await page.click(".next");
    await page.waitForURL(/second\.html$/);
  },

  async "a phone shows a page without sideways scrolling"(page) {
    for (const name of pages) {
      await page.goto(address(name));
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, name);
    }
    await page.goto(address("everything.html"));
    assert.equal(await page.locator(".contents").isVisible(), false);
    await page.click(".menu");
    assert.equal(await page.locator(".contents").isVisible(), true);
    await page.click(".contents >> text=Second");
    await page.waitForURL(/second\.html$/);
  },

  async "paper has no folds and no buttons"(page) {
    await page.goto(address("everything.html"));
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.equal(await page.locator("text=Say \"hello\".").isVisible(), true);
    assert.equal(await page.locator(".prediction .why").first().isVisible(), false);
    assert.match(await page.locator(".answers").innerText(), /Right\.|Because\./);
    assert.equal(await page.locator(".top, .contents, .copy, .along").filter({ visible: true }).count(), 0);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    assert.equal(await page.locator("details[open]").count(), 0);
  },

  async "paper has no empty pages, and solutions at the end"(page) {
    await page.goto(address("everything.html"));
    const order = async () => (await page.locator("article details > summary").allInnerTexts()).join("|");
    const before = await order();
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.equal(await page.locator(".answers .solution").count(), 1);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".answers .solution").isVisible(), true);
    assert.equal(await page.locator(".check, .wrong, footer").filter({ visible: true }).count(), 0);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    assert.equal(await order(), before);
    for (const name of pages) {
      await page.goto(address(name));
      await page.emulateMedia({ media: "print" });
      await page.setViewportSize({ width: 718, height: 1000 });
      const high = await page.evaluate(() => document.documentElement.scrollHeight);
      const pdf = (await page.pdf({ format: "A4", margin: { top: "1cm", bottom: "1cm", left: "1cm", right: "1cm" } })).toString("latin1");
      const count = (pdf.match(/\/Type\s*\/Page\b/g) ?? []).length;
      assert.ok(count > 0 && count <= Math.ceil(high / 1000) + 3, `${name}: ${count} pages for ${high} pixels`);
    }
  },

  async "colours that the system insists on still tell what is chosen, right and wrong"(page) {
    await page.emulateMedia({ forcedColors: "active" });
    await page.goto(address("everything.html"));
    const style = (selector, name) => page.locator(selector).first().evaluate((box, name) => getComputedStyle(box)[name], name);
    const system = (name) => page.evaluate((name) => {
      const box = document.body.appendChild(Object.assign(document.createElement("p"), { style: "" }));
      box.style.forcedColorAdjust = "none";
      box.style.color = name;
      const color = getComputedStyle(box).color;
      box.remove();
      return color;
    }, name);
    const [chosen, words, text] = [await system("Highlight"), await system("HighlightText"), await system("CanvasText")];
    for (const selector of [".tabs > input:checked + label", ".contents a[aria-current]"]) {
      assert.equal(await style(selector, "backgroundColor"), chosen, selector);
      assert.equal(await style(selector, "color"), words, selector);
    }
    assert.notEqual(await style(".tabs > input:not(:checked) + label", "backgroundColor"), chosen);
    assert.equal(await style(".ladder path.arrow", "stroke"), text);
    assert.equal(await style(".ladder text", "fill"), text);
    assert.equal(await style(".chart path.sent", "stroke"), text);
    assert.equal(await style(".chart rect.blocked", "fill"), text);
    await page.check("#quiz-2-3");
    assert.equal(await style("#quiz-2-3 ~ .why", "borderLeftColor"), text);
    assert.match(await style(".run", "borderTopStyle"), /solid/);
    await page.setViewportSize({ width: 390, height: 800 });
    assert.equal(await page.locator(".menu").evaluate((box) => getComputedStyle(box, "::before").borderTopColor), await system("ButtonText"));
    await check(page, "forced colours");
  },

  async "every kind of page is accessible, light and dark, unfolded and searched"(page) {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      for (const name of pages) {
        await page.goto(address(name));
        await page.evaluate(() => {
          document.querySelectorAll("details").forEach((box) => { box.open = true; });
          document.querySelectorAll("input").forEach((input) => { input.checked = true; });
        });
        await check(page, `${name}, ${colorScheme}`);
      }
      await page.keyboard.press("/");
      await page.waitForSelector("dialog[open] input");
      await page.fill("dialog input", "told");
      await page.waitForSelector("dialog li");
      await check(page, `search, ${colorScheme}`);
    }
  },

  async "what decorates is not read aloud"(page) {
    await page.goto(address("part/second.html"));
    const heard = await page.locator("main").ariaSnapshot();
    assert.match(heard, /heading "[^"#]+" \[level=1\]/);
    assert.doesNotMatch(heard, /#":|[\u2190\u2192]|text: "?\//);
  },

  async "searching finds sections, parts of words, slips of the keys and every way to write a word"(page) {
    mkdirSync("forms");
    writeFileSync("forms/one.md", "# One\n\nA call fails with EINPROGRESS.\n\n## Street\n\nΟΔΟΣ, and " +
      "de\u0301compose\u0301 in \u0130stanbul.\n\n## Run\n\n日本語テスト, ![a seagull](gull.svg)\n\n## Marks\n\n" +
      "\uff7f\uff79\uff6f\uff84, 소켓프로그래밍입니다만 그렇습니다, \u0645\u064e\u0631\u0652\u062d\u064e\u0628\u064b\u0627, \u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd, สวัสดีชาวโลกและโปรแกรมทั้งหลายน้ำ.\n");
    writeFileSync("forms/two.md", "# Two\n\n## Streets\n\nStreets have a Straße.\n\n## Backlog\n\nThe backlog is full.\n");
    writeFileSync("forms/gull.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n");
    execFileSync(docs, ["build", "forms", "-o", "forms-site"], { stdio: "ignore" });
    await page.goto(`file://${path.resolve("forms-site")}/one.html`);
    await page.keyboard.press("/");
    await page.waitForSelector("dialog[open] input");
    for (const [words, ...wanted] of [
      ["PROGRESS", "One"], ["οδος", "One", "Street"], ["Οδός", "One", "Street"], ["décomposé", "One", "Street"],
      ["decompose", "One", "Street"], ["istanbul", "One", "Street"], ["İSTANBUL", "One", "Street"],
      ["ソケット", "One", "Marks"], ["소켓프로그래밍", "One", "Marks"], ["프로그래밍", "One", "Marks"],
      ["\u0645\u0631\u062d\u0628\u0627", "One", "Marks"], ["\u05e9\u05dc\u05d5\u05dd", "One", "Marks"],
      ["โปรแกรม", "One", "Marks"], ["น้ำ", "One", "Marks"], ["テスト", "One", "Run"], ["本", "One", "Run"], ["本語", "One", "Run"], ["seagull", "One", "Run"],
      ["STRASSE", "Two", "Streets"], ["bakclog", "Two", "Backlog"], ["backlogg", "Two", "Backlog"],
      ["bqcklog full", "Two", "Backlog"],
    ]) {
      await page.fill("dialog input", words);
      await page.waitForFunction((all) => [...document.querySelectorAll("dialog li a")].map((link) => link.textContent)
        .join() === all, wanted.join()).catch(async () => assert.fail(
        `${words}: ${await page.locator("dialog li a").allInnerTexts()} for ${wanted}`));
    }
  },

  async "a course of hundreds of pages is searched in shards"(page) {
    mkdirSync("many");
    for (let number = 1; number <= 300; number++) {
      writeFileSync(`many/page-${number}.md`, `# Page ${number}\n\nEverybody says common${number % 3}, one says only${number}.\n`);
    }
    execFileSync(docs, ["build", "many", "-o", "many-site"], { stdio: "ignore" });
    await page.goto(`file://${path.resolve("many-site")}/page-7.html`);
    await page.keyboard.press("/");
    await page.waitForSelector("dialog[open] input");
    for (const [words, wanted] of [["only250", "1 page"], ["everybody", "300 pages, the best 30 below"],
                                   ["common1 says", "100 pages, the best 30 below"], ["only29", "11 pages"]]) {
      await page.fill("dialog input", words);
      await page.waitForFunction((text) => document.querySelector("dialog [role=status]").textContent === text, wanted);
    }
    assert.equal(await page.locator("dialog li").count(), 11);
  },
};

const options = {
  "nothing is lost without script": { javaScriptEnabled: false },
  "a phone shows a page without sideways scrolling": phone,
};

await run(tests, options);
