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
        const tab = code.closest(".tab");
        const codes = tab ? [...tab.querySelectorAll("pre > code")] : [code];
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

    function prepareCode() {
        for (const code of all("article pre > code")) {
            const holder = make("div", { className: "holder" });
            const button = make("button", { className: "copy", type: "button", textContent: "Copy" });
            button.setAttribute("aria-label", "Copy this code");
            button.addEventListener("click", () => copy(button, code));
            code.parentElement.replaceWith(holder);
            holder.append(code.parentElement, button);
        }
    }

    /* What scrolls sideways can be scrolled with the keys. */
    function prepareScrolling() {
        const names = { PRE: "Code", TABLE: "Table", FIGURE: "Ladder" };
        for (const box of all("article :is(pre, table, figure)")) {
            if (box.scrollWidth > box.clientWidth) {
                box.tabIndex = 0;
                box.setAttribute("role", "group");
                box.setAttribute("aria-label", names[box.tagName]);
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

    /* Paper has no folds. */
    function preparePrinting() {
        let folded = [];
        addEventListener("beforeprint", () => {
            folded = all("details:not([open])");
            folded.forEach((box) => { box.open = true; });
        });
        addEventListener("afterprint", () => {
            folded.forEach((box) => { box.open = false; });
            folded = [];
        });
    }

    /* Where the reader is, in the list of the page's sections */
    function prepareOutline() {
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
            if (here)
                here.setAttribute("aria-current", "location");
        }
        if (links.size === 0)
            return;
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

    /* Searching has a script of its own, fetched when it is wanted. */

    function prepareSearch() {
        const button = document.querySelector(".find");
        let asked = false;
        function open() {
            if (window.sockratesSearch) {
                window.sockratesSearch.open();
            } else if (!asked) {
                asked = true;
                const script = make("script", { src: new URL("search.js", base) });
                script.addEventListener("load", () => window.sockratesSearch.open());
                document.head.append(script);
            }
        }
        button.addEventListener("click", open);
        addEventListener("keydown", (event) => {
            const typing = event.target.closest("input, textarea, select, [contenteditable]");
            const wanted = (event.key === "/" && !typing) || (event.key === "k" && (event.ctrlKey || event.metaKey));
            if (!wanted || event.altKey)
                return;
            event.preventDefault();
            open();
        });
        button.hidden = false;
    }

    document.addEventListener("DOMContentLoaded", () => {
        prepareScheme();
        prepareCode();
        prepareScrolling();
        preparePrinting();
        prepareOutline();
        prepareContents();
        prepareSearch();
        unfold();
        addEventListener("hashchange", unfold);
    });
})();
