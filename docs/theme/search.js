/*
 * Searching every page, without a server.
 *
 * The index lies in search/ as small scripts, because a page read from a file may load scripts and nothing
 * else.  meta.js says how many there are; shard-N.js holds the words that begin with the same three letters
 * (by hash) and the pages they stand on; pages-N.js holds what is shown of a page.
 */
"use strict";

window.sockratesSearch = (function () {
    const site = new URL("..", document.currentScript.src);
    const SHOWN = 30, SHORTEST = 2, PREFIX = 3, CHUNK = 128;
    const loading = new Map();
    let meta = null;
    let dialog, input, list, status;

    /* Loading */

    function load(name) {
        if (!loading.has(name))
            loading.set(name, new Promise((resolve, reject) => {
                const script = document.createElement("script");
                script.src = new URL("search/" + name, site);
                script.dataset.name = name;
                script.onload = () => resolve(script.answer);
                script.onerror = () => reject(new Error(name));
                document.head.append(script);
            }));
        return loading.get(name);
    }

    /* Called by each script of the index. */
    function answer(value) {
        document.currentScript.answer = value;
    }

    async function prepare() {
        meta = meta || await load("meta.js");
        return meta;
    }

    /* Words: letters, digits, marks and underscores, in small letters; the index is made the same way. */

    function wordsOf(text) {
        return text.toLowerCase().match(/[\p{L}\p{N}\p{M}_]+/gu) || [];
    }

    function shardOf(word) {
        const beginning = Array.from(word).slice(0, PREFIX).join("");
        let hash = 0x811c9dc5;
        for (const byte of new TextEncoder().encode(beginning))
            hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
        return hash % meta.shards;
    }

    /* Numbers of five bits a sign, the highest bit says that more follow: page * 4 + weight, as differences. */
    const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
    const digitOf = new Map(Array.from(DIGITS, (digit, value) => [digit, value]));

    function decode(text) {
        const found = new Map();
        let page = 0, number = 0, shift = 0;
        for (const sign of text) {
            const value = digitOf.get(sign);
            number += (value & 31) * 2 ** shift;
            shift += 5;
            if (value & 32)
                continue;
            page += Math.floor(number / 4);
            found.set(page, number % 4);
            number = shift = 0;
        }
        return found;
    }

    /* Finding */

    const POINTS = [1, 2, 6, 14];

    /* The pages with a word, or with words that begin so, and how well each fits. */
    async function pagesWith(word, prefix) {
        const words = await load("shard-" + shardOf(word) + ".js");
        const scores = new Map();
        const take = (text, factor) => {
            const pages = decode(text);
            const rarity = Math.log(1 + meta.pages / pages.size);
            for (const [page, weight] of pages)
                scores.set(page, Math.max(scores.get(page) || 0, POINTS[weight] * rarity * factor));
        };
        if (Object.hasOwn(words, word))
            take(words[word], 1.5);
        if (prefix && Array.from(word).length >= PREFIX)
            for (const other of Object.keys(words))
                if (other.length > word.length && other.startsWith(word))
                    take(words[other], 1);
        return scores;
    }

    async function find(question) {
        await prepare();
        const words = wordsOf(question).filter((word) => Array.from(word).length >= SHORTEST);
        const each = await Promise.all(words.map((word, at) => pagesWith(word, at === words.length - 1)));
        if (each.length === 0)
            return { words, pages: [] };
        const pages = [...each[0].keys()].filter((page) => each.every((scores) => scores.has(page)));
        const score = (page) => each.reduce((sum, scores) => sum + scores.get(page), 0);
        const ranked = pages.map((page) => [score(page), page]).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
        return { words, pages: ranked.map((pair) => pair[1]) };
    }

    async function describe(page) {
        const chunk = await load("pages-" + Math.floor(page / CHUNK) + ".js");
        const [address, title, summary, sections] = chunk[page % CHUNK];
        return { address, title, summary, sections };
    }

    /* Showing */

    function marked(text, words) {
        const fragment = document.createDocumentFragment();
        const safe = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
        const parts = safe.length > 0 ? text.split(new RegExp("(" + safe.join("|") + ")", "iu")) : [text];
        parts.forEach((part, at) => {
            if (at % 2 === 1) {
                const mark = document.createElement("mark");
                mark.textContent = part;
                fragment.append(mark);
            } else {
                fragment.append(part);
            }
        });
        return fragment;
    }

    function link(address, text, words) {
        const anchor = document.createElement("a");
        anchor.href = new URL(address, site);
        anchor.append(marked(text, words));
        return anchor;
    }

    function entry(page, words) {
        const item = document.createElement("li");
        const summary = document.createElement("p");
        item.append(link(page.address, page.title, words));
        for (const [id, title] of page.sections) {
            if (!words.some((word) => title.toLowerCase().includes(word)))
                continue;
            const section = link(page.address + "#" + id, title, words);
            section.className = "section";
            item.append(section);
        }
        summary.append(marked(page.summary, words));
        item.append(summary);
        return item;
    }

    let latest = 0;

    async function show() {
        const turn = ++latest;
        const question = input.value;
        try {
            const { words, pages } = await find(question);
            const shown = await Promise.all(pages.slice(0, SHOWN).map(describe));
            if (turn !== latest)
                return;
            list.replaceChildren(...shown.map((page) => entry(page, words)));
            status.textContent = words.length === 0 ? "" : pages.length === 0 ? "Nothing found."
                : pages.length === 1 ? "1 page" : pages.length + " pages";
            if (pages.length > SHOWN)
                status.textContent += ", the best " + SHOWN + " below";
        } catch (error) {
            status.textContent = "The search index cannot be read.";
        }
    }

    /* Arrow keys walk through what was found. */
    function walk(event) {
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp")
            return;
        const links = [...list.querySelectorAll("a")];
        const at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
        event.preventDefault();
        if (at < 0)
            input.focus();
        else if (at < links.length)
            links[at].focus();
    }

    function build() {
        dialog = document.createElement("dialog");
        dialog.className = "search";
        dialog.setAttribute("aria-label", "Search");
        dialog.innerHTML =
            '<form method="dialog"><input type="search" aria-label="Search every lesson" placeholder="Search every lesson" ' +
            'autocomplete="off" spellcheck="false"><button>Close</button></form>' +
            '<p role="status"></p><ol></ol>';
        input = dialog.querySelector("input");
        list = dialog.querySelector("ol");
        status = dialog.querySelector("p");
        input.addEventListener("input", show);
        input.addEventListener("keydown", (event) => {
            if (event.key !== "Enter")
                return;
            event.preventDefault();
            const first = list.querySelector("a");
            if (first)
                first.click();
        });
        dialog.addEventListener("keydown", walk);
        dialog.addEventListener("click", (event) => {
            if (event.target === dialog || event.target.closest("a"))
                dialog.close();
        });
        document.body.append(dialog);
    }

    function open() {
        if (!dialog)
            build();
        if (!dialog.open)
            dialog.showModal();
        input.select();
        prepare().catch(() => { status.textContent = "The search index cannot be read."; });
    }

    return { open, answer, find };
})();
