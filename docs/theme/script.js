/*
 * What a page can do beyond being read.  Nothing here is needed for reading.
 */
"use strict";

(function () {
    const root = document.documentElement;
    const base = new URL(".", document.currentScript.src);
    const schemes = ["system", "light", "dark"];

    /* Some browsers keep nothing for files; then a choice lasts as long as the page. */
    function remember(name, value) {
        try {
            localStorage.setItem(name, value);
        } catch (error) { /* said above */ }
    }

    function remembered(name) {
        try {
            return localStorage.getItem(name);
        } catch (error) {
            return null;
        }
    }

    function all(selector) {
        return Array.from(document.querySelectorAll(selector));
    }

    function make(tag, properties) {
        return Object.assign(document.createElement(tag), properties);
    }

    /* Light and dark */

    let scheme = schemes.includes(remembered("scheme")) ? remembered("scheme") : "system";

    function showScheme() {
        if (scheme === "system")
            delete root.dataset.scheme;
        else
            root.dataset.scheme = scheme;
    }

    /* Before anything is drawn, so that a dark page never flashes. */
    showScheme();

    /*
     * What other pages say.  A page read from a file may show another one but not read it, so that one is shown where
     * nobody sees it, and tells: its programs, and its text as [id of the section, passage].
     */
    const ASKED = "#site:told", PATIENCE = 10000;
    const PASSAGES = "h1, h2, h3, h4, h5, h6, p, li, pre, td, th, dt, dd, summary, label, blockquote";
    const NO_PASSAGE = ".badge, .elsewhere, .minutes, .end, .errors, .verdict, .calls, svg";

    function passages() {
        const list = [];
        let section = "";
        for (const box of all("article :is(" + PASSAGES + ")")) {
            if (/^H[23]$/.test(box.tagName))
                section = box.id;
            if (!box.matches(":has(" + PASSAGES + ")") && !box.closest(NO_PASSAGE))
                list.push([section, [box.textContent, ...[...box.querySelectorAll("img")].map((image) => image.alt)]
                    .join(" ").replace(/\s+/g, " ").trim()]);
        }
        return list;
    }

    function tell() {
        const programs = all(".program[id]").map((box) => [box.id, box.innerHTML]);
        parent.postMessage({ programs, passages: passages() }, "*");
    }

    function askPage(address) {
        const frame = make("iframe", { src: address.replace(/#.*/, "") + ASKED, hidden: true, title: "Another page" });
        return new Promise((resolve, reject) => {
            const timer = setTimeout(() => end(reject, new Error(address)), PATIENCE);
            function end(how, value) {
                clearTimeout(timer);
                removeEventListener("message", told);
                frame.remove();
                how(value);
            }
            function told(event) {
                if (event.source === frame.contentWindow && Array.isArray(event.data?.passages))
                    end(resolve, event.data);
            }
            addEventListener("message", told);
            document.body.append(frame);
        });
    }

    if (parent !== window && location.hash === ASKED) {
        document.addEventListener("DOMContentLoaded", tell);
        return;
    }

    function prepareScheme() {
        const button = document.querySelector(".scheme");
        const tell = () => {
            button.dataset.now = scheme;
            button.setAttribute("aria-label", "Colours: " + (scheme === "system" ? "as the system" : scheme));
            button.title = button.getAttribute("aria-label");
        };
        button.addEventListener("click", () => {
            scheme = schemes[(schemes.indexOf(scheme) + 1) % schemes.length];
            remember("scheme", scheme);
            showScheme();
            tell();
        });
        tell();
        button.hidden = false;
    }

    /* Copying code, without what came of it */

    async function copy(button, code) {
        /* A program of which the beginning is folded is copied whole. */
        const made = code.closest(".made");
        const codes = made ? [...made.querySelectorAll("pre > code")] : [code];
        const text = codes.map((one) => one.textContent).join("").replace(/\n$/, "");
        try {
            await navigator.clipboard.writeText(text);
        } catch (error) {
            const area = make("textarea", { value: text, className: "unseen" });
            document.body.append(area);
            area.select();
            document.execCommand("copy");
            area.remove();
            button.focus();
        }
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
    }

    function prepareCode(part) {
        for (const code of part.querySelectorAll("pre > code")) {
            const holder = make("div", { className: "holder" });
            const button = make("button", { className: "copy", type: "button", textContent: "Copy" });
            button.setAttribute("aria-label", "Copy this code");
            button.addEventListener("click", () => copy(button, code));
            code.parentElement.replaceWith(holder);
            holder.append(code.parentElement, button);
        }
    }

    /* Programs in other languages stand on a page beside this one, which a tab links to. */

    let fetching = false;

    async function fetchPrograms() {
        const links = all(".elsewhere > a");
        if (fetching || links.length === 0)
            return;
        fetching = true;
        const programs = new Map((await askPage(links[0].href)).programs);
        for (const link of links) {
            const program = programs.get(decodeURIComponent(link.hash.slice(1)));
            if (!program)
                continue;
            const made = make("details", { className: "made", innerHTML: program });
            made.prepend(make("summary", { textContent: link.textContent }));
            link.parentElement.replaceWith(made);
            prepareCode(made);
        }
    }

    /* One language for all steps of the site: the last that was chosen. */
    function prepareLanguages() {
        const inputs = all(".tabs > input");
        const language = (input) => input.nextElementSibling.textContent;
        function choose(name) {
            if (inputs.some((input) => language(input) === name && input !== input.parentElement.firstElementChild))
                fetchPrograms();
            for (const input of inputs)
                if (language(input) === name)
                    input.checked = true;
        }
        for (const input of inputs)
            input.addEventListener("change", () => {
                /* What is being read stays where it is, whatever grows or shrinks above. */
                const before = input.getBoundingClientRect().top;
                remember("language", language(input));
                choose(language(input));
                scrollBy({ top: input.getBoundingClientRect().top - before, behavior: "instant" });
            });
        choose(remembered("language"));
    }

    /* Questions: what was answered and what was run stays so when one comes back to the page. */

    function say(words) {
        const told = document.querySelector(".told") || document.body.appendChild(
            make("p", { className: "told unseen", role: "status" }));
        told.setAttribute("role", "status");
        told.textContent = words;
    }

    function reasons(quiz) {
        return [...quiz.querySelectorAll("input:checked")].map((input) => input.parentElement.querySelector(".why"));
    }

    /* A right answer that was not chosen has to say which it is. */
    function named(why) {
        const copy = why.cloneNode(true), label = why.parentElement.querySelector("label").textContent.trim();
        copy.firstElementChild.textContent = why.firstElementChild.textContent.replace(/\.$/, ": ") +
            label + (/[.!?]$/.test(label) ? "" : ".");
        return copy;
    }

    /* What was chosen, and where that was wrong, what is right: its reason is often the next thing to know. */
    function verdicts(quiz) {
        const chosen = reasons(quiz), wrong = chosen.some((why) => why.matches(".wrong"));
        const missed = wrong ? [...quiz.querySelectorAll(".why.right")].filter((why) => !chosen.includes(why)) : [];
        return [...chosen.map((why) => why.cloneNode(true)), ...missed.map(named)];
    }

    function spoken(list) {
        return list.map((why) => why.innerText || why.textContent).join(" ").replace(/\s+/g, " ").trim();
    }

    /* The verdict on a prediction stands beside the result, below what was being looked at. */
    function judge(quiz, reveal) {
        reveal.querySelector(":scope > .verdicts")?.remove();
        const list = reveal.open ? verdicts(quiz) : [];
        const told = make("div", { className: "verdicts" });
        told.append(...list);
        if (list.length > 0)
            (reveal.querySelector(":scope > .result") || reveal.firstElementChild).after(told);
        return list;
    }

    function prepareQuestions() {
        const key = "answers " + location.pathname;
        const inputs = all(".quiz input"), reveals = all("details.reveal");
        function keep() {
            remember(key, JSON.stringify([inputs.filter((input) => input.checked).map((input) => input.id),
                reveals.map((box) => box.open)]));
        }
        function restore() {
            const [ids, open] = JSON.parse(remembered(key) || "[[], []]");
            for (const input of inputs)
                input.checked = ids.includes(input.id);
            reveals.forEach((box, at) => { box.open = open[at] === true; });
        }
        try {
            restore();
        } catch (error) { /* what was kept is not ours, or of another page */ }
        for (const quiz of all(".quiz")) {
            const run = quiz.matches(".prediction") ? quiz.nextElementSibling : null;
            const reveal = run?.querySelector(":scope > details.reveal");
            quiz.addEventListener("change", () => {
                keep();
                say(spoken(reveal ? judge(quiz, reveal) : reasons(quiz)));
            });
            reveal?.addEventListener("toggle", () => {
                keep();
                say(spoken(judge(quiz, reveal)));
            });
        }
        root.classList.add("judging");
    }

    /* What scrolls sideways can be scrolled with the keys. */
    function prepareScrolling() {
        const names = Object.entries({ pre: "Code", table: "Table", ".chart": "Chart", figure: "Ladder" });
        for (const box of all("article :is(pre, table, figure)")) {
            if (box.scrollWidth > box.clientWidth) {
                box.tabIndex = 0;
                box.setAttribute("role", "group");
                box.setAttribute("aria-label", names.find(([kind]) => box.matches(kind))[1]);
            }
        }
    }

    /* A link into a folded part unfolds it. */
    function unfold() {
        const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
        if (!target)
            return;
        for (let box = target.closest("details"); box; box = box.parentElement.closest("details"))
            box.open = true;
        target.scrollIntoView();
    }

    /* The right answers of all questions, for the end of what is printed. */
    function makeAnswers() {
        const list = make("ol");
        for (const quiz of all(".quiz")) {
            const item = list.appendChild(make("li"));
            for (const why of quiz.querySelectorAll(".why.right")) {
                item.append(make("p", { textContent: why.parentElement.querySelector("label").textContent }));
                item.append(...[...why.cloneNode(true).children].slice(1));
            }
        }
        const answers = make("section", { className: "answers" });
        answers.append(make("h2", { textContent: "Answers" }), ...(list.children.length > 0 ? [list] : []));
        return answers;
    }

    /* Solutions go there too; gives what puts them back. */
    function moveSolutions(answers) {
        const boxes = all("details").filter((box) => box.querySelector(":scope > .solution"));
        const places = boxes.map((box) => document.createComment(""));
        boxes.forEach((box, at) => {
            box.replaceWith(places[at]);
            answers.append(box);
        });
        return () => places.forEach((place, at) => place.replaceWith(boxes[at]));
    }

    /* Paper has no folds; what set up a step is no loss there, and answers come at the end. */
    function preparePrinting() {
        let folded = [], answers = null, putBack = null;
        addEventListener("beforeprint", () => {
            folded = all("details:not([open])").filter((box) => !box.closest(".tab"));
            folded.forEach((box) => { box.open = true; });
            answers = document.querySelector(".quiz, .solution") && makeAnswers();
            if (!answers)
                return;
            putBack = moveSolutions(answers);
            document.querySelector("article").append(answers);
        });
        addEventListener("afterprint", () => {
            folded.forEach((box) => { box.open = false; });
            putBack?.();
            answers?.remove();
            folded = [];
            answers = putBack = null;
        });
    }

    /* Where the reader is, in the list of the page's sections */
    function prepareOutline() {
        const outline = document.querySelector(".outline"), wide = matchMedia("(min-width: 84rem)");
        const fold = () => { outline.firstElementChild.open = wide.matches; };
        /* The list scrolls with the page, if it is too long to be seen whole. */
        function follow(link) {
            const box = outline.getBoundingClientRect(), place = link.getBoundingClientRect();
            if (wide.matches && (place.top < box.top + 40 || place.bottom > box.bottom - 40))
                outline.scrollTop += place.top - box.top - box.height / 2;
        }
        const links = new Map(all(".outline a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
        const headings = all("article :is(h2, h3)[id]").filter((heading) => links.has(heading.id));
        let queued = false;
        function mark() {
            queued = false;
            const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
            const here = passed.length > 0 ? links.get(passed[passed.length - 1].id) : null;
            for (const link of links.values())
                if (link !== here)
                    link.removeAttribute("aria-current");
            if (here && here.getAttribute("aria-current") === null) {
                here.setAttribute("aria-current", "location");
                follow(here);
            }
        }
        if (links.size === 0)
            return;
        fold();
        wide.addEventListener("change", fold);
        addEventListener("scroll", () => {
            if (!queued)
                requestAnimationFrame(mark);
            queued = true;
        }, { passive: true });
        mark();
    }

    /* The lesson one is in is seen in the list. */
    function prepareContents() {
        const here = document.querySelector(".contents [aria-current]");
        const list = document.querySelector(".contents");
        if (here && here.offsetTop > list.clientHeight * .8)
            list.scrollTop = here.offsetTop - list.clientHeight / 2;
    }

    /* Keys */

    const TYPED = "input, textarea, select, [contenteditable]"; /* there keys are letters */

    function isIn(event, kinds) {
        return event.target instanceof Element && event.target.closest(kinds) !== null;
    }

    const keys = [["/", "Search"], ["\u2190", "The page before"], ["\u2192", "The next page"], ["?", "These keys"]];

    function showKeys() {
        const dialog = make("dialog", { className: "search keys" }), list = make("dl");
        for (const [key, what] of keys) {
            const name = list.appendChild(make("dt"));
            name.append(make("kbd", { textContent: key }));
            list.append(make("dd", { textContent: what }));
        }
        const form = make("form", { method: "dialog" });
        form.append(make("strong", { textContent: "Keys" }), make("button", { textContent: "Close" }));
        dialog.setAttribute("aria-label", "Keys");
        dialog.append(form, list);
        dialog.addEventListener("close", () => dialog.remove());
        document.body.append(dialog);
        dialog.showModal();
    }

    function prepareKeys() {
        const actions = {
            "?": showKeys,
            ArrowLeft: () => document.querySelector(".along .previous")?.click(),
            ArrowRight: () => document.querySelector(".along .next")?.click(),
        };
        addEventListener("keydown", (event) => {
            const busy = isIn(event, TYPED + ", [tabindex], dialog");
            const held = event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented;
            if (busy || held || document.querySelector("dialog[open]") || !Object.hasOwn(actions, event.key))
                return;
            event.preventDefault();
            actions[event.key]();
        });
    }

    /* Searching has a script of its own, fetched when it is wanted. */

    function prepareSearch() {
        const button = document.querySelector(".find");
        let asked = false;
        function open() {
            if (window.sockratesSearch) {
                window.sockratesSearch.open(askPage);
            } else if (!asked) {
                asked = true;
                const script = make("script", { src: new URL("search.js", base) });
                script.addEventListener("load", () => window.sockratesSearch.open(askPage));
                document.head.append(script);
            }
        }
        button.addEventListener("click", open);
        addEventListener("keydown", (event) => {
            const wanted = (event.key === "/" && !isIn(event, TYPED)) || (event.key === "k" && (event.ctrlKey || event.metaKey));
            if (!wanted || event.altKey)
                return;
            event.preventDefault();
            open();
        });
        button.hidden = false;
    }

    function prepare() {
        prepareScheme();
        prepareLanguages();
        prepareQuestions();
        prepareCode(document.querySelector("article"));
        prepareScrolling();
        addEventListener("resize", prepareScrolling);
        addEventListener("toggle", prepareScrolling, true);
        preparePrinting();
        prepareOutline();
        prepareContents();
        prepareSearch();
        prepareKeys();
        unfold();
        addEventListener("hashchange", unfold);
    }

    if (document.readyState === "loading")
        document.addEventListener("DOMContentLoaded", prepare);
    else
        prepare();
})();
