/*
 * Searching every page, without a server.
 *
 * The index lies in search/ as small scripts, because a page read from a file may load scripts and nothing
 * else.  meta.js says how many there are; shard-N.js holds the words that begin with the same three letters
 * (by hash) and the places where they stand; words.js names all words; pages-N.js holds what is shown of a page.
 */
"use strict";

window.sockratesSearch = (function () {
    const site = new URL("..", document.currentScript.src);
    const SHOWN = 30, SHORTEST = 2, PREFIX = 3, CHUNK = 128, MOST_SECTIONS = 4;
    const loading = new Map();
    let meta = null;
    const TOLD = 10, BEFORE = 60, AROUND = 170; /* results with the words around; signs of them */
    let dialog, input, list, status, askPage;

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

    /* Words: letters, digits, marks and underscores, big and small alike; the index is made the same way. */

    const DENSE = /([\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]+)/u;

    /* What may be left out: accents, and the vowels of Hebrew and Arabic. */
    const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u0640\u064b-\u065f\u0670]/g;

    /* However a word is written, with accents or without, it is spelt in one way; Hangul stays in syllables. */
    function fold(text) {
        return text.normalize("NFKD").toLowerCase().replace(MARKS, "")
            .replace(/[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?/g, (syllable) => syllable.normalize("NFC"))
            .replaceAll("\u03c2", "\u03c3").replaceAll("\u00df", "ss");
    }

    /* Of signs that are written without spaces each two are a word, and one alone. */
    function pairsOf(run) {
        const signs = Array.from(run, fold);
        return signs.length === 1 ? signs : signs.slice(1).map((sign, at) => signs[at] + sign);
    }

    function wordsOf(text) {
        const words = [];
        for (const run of text.normalize("NFKC").match(/[\p{L}\p{N}\p{M}_]+/gu) || [])
            run.split(DENSE).forEach((part, at) => {
                if (at % 2 === 1)
                    words.push(...pairsOf(part));
                else if (Array.from(part).length >= SHORTEST)
                    words.push(fold(part));
            });
        return words;
    }

    function shardOf(word) {
        const beginning = Array.from(word).slice(0, PREFIX).join("");
        let hash = 0x811c9dc5;
        for (const byte of new TextEncoder().encode(beginning))
            hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
        return hash % meta.shards;
    }

    /*
     * Numbers of five bits a sign, the highest bit says that more follow: page * 4 + weight, as differences, and each
     * time the sections of the page in which the word stands, bit by bit: 1 before the first, 2 in the first, ...
     */
    const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
    const digitOf = new Map(Array.from(DIGITS, (digit, value) => [digit, value]));
    const LAST_SECTION = 30;

    function decode(text) {
        const numbers = [];
        let number = 0, shift = 0;
        for (const sign of text) {
            const value = digitOf.get(sign);
            number += (value & 31) * 2 ** shift;
            shift += 5;
            if (value & 32)
                continue;
            numbers.push(number);
            number = shift = 0;
        }
        const places = [];
        for (let at = 0, page = 0; at + 1 < numbers.length; at += 2) {
            page += Math.floor(numbers[at] / 4);
            places.push({ page, weight: numbers[at] % 4, sections: numbers[at + 1] });
        }
        return places;
    }

    /* Finding */

    const POINTS = [1, 2, 6, 14];
    const WHOLE = 1.5, BEGINNING = 1, PART = 0.4, SLIP = 0.3;
    const SHORTEST_PART = 4, MOST_PARTS = 30;

    /* True when the words are one slip of the keys apart. */
    function slips(a, b) {
        let at = 0;
        while (at < a.length && a[at] === b[at])
            at++;
        const rest = (word, more) => word.slice(at + more);
        return rest(a, 1) === rest(b, 1) || rest(a, 1) === rest(b, 0) || rest(a, 0) === rest(b, 1) ||
            (a[at] === b[at + 1] && a[at + 1] === b[at] && rest(a, 2) === rest(b, 2));
    }

    /* Words of the site that hold this one, or, with `loose`, that it was perhaps meant to be. */
    async function wordsLike(word, loose) {
        const all = (await load("words.js")).split(" ");
        const like = all.filter((other) => other !== word && (loose ? slips(word, other) : other.includes(word)));
        return like.sort((a, b) => a.length - b.length).slice(0, MOST_PARTS);
    }

    /*
     * The pages with a word, with words that begin so or hold it, and how well and in which sections each fits.  Words
     * that it was perhaps meant to be are added to `meant`.
     */
    async function pagesWith(word, prefix, meant) {
        const found = new Map();
        const take = (text, factor) => {
            const places = decode(text);
            const rarity = Math.log(1 + meta.pages / places.length);
            for (const { page, weight, sections } of places) {
                const before = found.get(page) || { score: 0, sections: 0 };
                found.set(page, {
                    score: Math.max(before.score, POINTS[weight] * rarity * factor),
                    sections: before.sections | sections,
                });
            }
        };
        const takeLike = async (loose, factor) => {
            for (const other of await wordsLike(word, loose)) {
                const shard = await load("shard-" + shardOf(other) + ".js");
                if (!Object.hasOwn(shard, other))
                    continue;
                take(shard[other], factor);
                if (loose)
                    meant.push(other);
            }
        };
        const words = await load("shard-" + shardOf(word) + ".js");
        const length = Array.from(word).length;
        if (Object.hasOwn(words, word))
            take(words[word], WHOLE);
        if (prefix && length >= PREFIX)
            for (const other of Object.keys(words))
                if (other.length > word.length && other.startsWith(word))
                    take(words[other], BEGINNING);
        if (length >= SHORTEST_PART)
            await takeLike(false, PART);
        if (length >= SHORTEST_PART && found.size === 0)
            await takeLike(true, SLIP);
        return found;
    }

    async function find(question) {
        await prepare();
        const words = wordsOf(question), meant = [];
        const each = await Promise.all(words.map((word, at) => pagesWith(word, at === words.length - 1, meant)));
        words.push(...meant);
        if (each.length === 0)
            return { words, pages: [] };
        const pages = [...each[0].keys()].filter((page) => each.every((found) => found.has(page))).map((page) => ({
            page,
            score: each.reduce((sum, found) => sum + found.get(page).score, 0),
            sections: each.reduce((all, found) => all & found.get(page).sections, -1),
        }));
        return { words, pages: pages.sort((a, b) => b.score - a.score || a.page - b.page) };
    }

    async function describe(hit) {
        const chunk = await load("pages-" + Math.floor(hit.page / CHUNK) + ".js");
        const [address, title, summary, sections] = chunk[hit.page % CHUNK];
        return { address, title, summary, sections, holds: hit.sections };
    }

    /* Showing */

    /* The folded text, and for each of its signs where what it was made of begins and ends. */
    function foldedWithPlaces(text, begin) {
        let folded = "";
        const places = [];
        for (const sign of text) {
            const part = fold(sign);
            for (let at = 0; at < part.length; at++)
                places.push([begin, begin + sign.length]);
            folded += part;
            begin += sign.length;
        }
        return { folded, places };
    }

    /* Where the words stand in the text: [begin, end, which], however they are written there. */
    function placesOf(text, words) {
        const found = [];
        for (const run of text.matchAll(/[\p{L}\p{N}\p{M}_]+/gu)) {
            const { folded, places } = foldedWithPlaces(run[0], run.index);
            for (const word of words) {
                const at = folded.indexOf(word);
                if (at === 0 || (at > 0 && (word.length >= SHORTEST_PART || DENSE.test(word))))
                    found.push([places[at][0], places[at + word.length - 1][1], word]);
            }
        }
        return found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    }

    function marked(text, words) {
        const fragment = document.createDocumentFragment();
        const ranges = [];
        for (const [begin, end] of placesOf(text, words)) {
            const last = ranges[ranges.length - 1];
            if (last && begin < last[1])
                last[1] = Math.max(last[1], end);
            else
                ranges.push([begin, end]);
        }
        let done = 0;
        for (const [begin, end] of ranges) {
            const mark = document.createElement("mark");
            mark.textContent = text.slice(begin, end);
            fragment.append(text.slice(done, begin), mark);
            done = end;
        }
        fragment.append(text.slice(done));
        return fragment;
    }

    /* The part of a text around the first of its words, cut between words. */
    function around(text, words) {
        const first = placesOf(text, words)[0][0];
        let begin = first > BEFORE ? text.indexOf(" ", first - BEFORE) + 1 : 0;
        if (begin > first)
            begin = first;
        let end = begin + AROUND < text.length ? text.lastIndexOf(" ", begin + AROUND) : text.length;
        if (end <= first)
            end = begin + AROUND;
        return (begin > 0 ? "\u2026 " : "") + text.slice(begin, end) + (end < text.length ? " \u2026" : "");
    }

    /* The passage with most of the words, in the section or, without one, anywhere; headings are seen already. */
    function bestPassage(passages, words, section) {
        let best = null, most = 0;
        for (const [where, text] of passages) {
            const held = section === null || where === section ? new Set(placesOf(text, words).map((place) => place[2])).size : 0;
            if (held > most) {
                best = text;
                most = held;
            }
        }
        return best;
    }

    function link(address, text, words) {
        const anchor = document.createElement("a");
        anchor.href = new URL(address, site);
        anchor.append(marked(text, words));
        return anchor;
    }

    /* The sections that a word names, and those that hold all words. */
    function sectionsOf(page, words) {
        const named = page.sections.filter(([, title]) => words.some((word) => fold(title).includes(word)));
        const holding = page.sections.filter((section, at) =>
            (page.holds & 2 ** Math.min(at + 1, LAST_SECTION)) !== 0 && !named.includes(section));
        return named.concat(holding.slice(0, Math.max(0, MOST_SECTIONS - named.length)));
    }

    let described = 0;

    /* What is said of a link is read with it. */
    function describeLink(anchor, text, words) {
        const beside = document.createElement("p");
        beside.id = "site:found-" + ++described;
        beside.append(marked(text, words));
        anchor.setAttribute("aria-describedby", beside.id);
        anchor.after(beside);
        return beside;
    }

    function entry(page, words) {
        const item = document.createElement("li");
        const title = item.appendChild(link(page.address, page.title, words));
        for (const [id, name] of sectionsOf(page, words)) {
            const section = item.appendChild(link(page.address + "#" + id, name, words));
            section.className = "section";
            section.dataset.id = id;
        }
        describeLink(title, page.summary, words);
        return item;
    }

    /* What pages say, each asked once. */
    const told = new Map();

    function textOf(address) {
        if (!told.has(address))
            told.set(address, askPage(new URL(address, site).href).then((said) => said.passages));
        return told.get(address);
    }

    /* The words around: below each section that holds some, else in place of the page's summary. */
    async function tellAround(item, page, words) {
        const passages = (await textOf(page.address)).filter(([, text]) => text !== page.title);
        let shown = 0;
        for (const section of item.querySelectorAll("a.section")) {
            const rest = passages.filter(([, text]) => text !== section.textContent);
            const passage = bestPassage(rest, words, section.dataset.id);
            if (passage)
                shown += describeLink(section, around(passage, words), words) ? 1 : 0;
            else if (page.sections.length >= LAST_SECTION && placesOf(section.textContent, words).length === 0)
                section.remove(); /* the index knows the last sections of a long page as one */
        }
        const best = shown === 0 && bestPassage(passages, words, null);
        if (best)
            item.querySelector("p").replaceChildren(marked(around(best, words), words));
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
            const items = shown.map((page) => entry(page, words));
            list.replaceChildren(...items);
            const short = question.trim().length > 1 ? "Words of two letters and more can be found." : "";
            status.textContent = words.length === 0 ? short : pages.length === 0 ? "Nothing found."
                : pages.length === 1 ? "1 page" : pages.length + " pages";
            if (pages.length > SHOWN)
                status.textContent += ", the best " + SHOWN + " below";
            for (let at = 0; at < TOLD && at < shown.length && turn === latest; at++)
                await tellAround(items[at], shown[at], words).catch(() => {}); /* its summary stays */
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

    /* `ask` gives what another page says. */
    function open(ask) {
        askPage = ask;
        if (!dialog)
            build();
        if (!dialog.open)
            dialog.showModal();
        input.select();
        prepare().catch(() => { status.textContent = "The search index cannot be read."; });
    }

    return { open, answer, find };
})();
