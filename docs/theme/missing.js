/*
 * In the page for addresses that lead nowhere, which a host shows at any depth: finds the folder where the site begins,
 * the nearest one above that has our style, and makes the page's links lead there.
 */
"use strict";

(function () {
    const names = decodeURI(location.pathname).split("/").slice(1, -1).map(encodeURIComponent);

    function tryFolder(depth) {
        const root = new URL("/" + names.slice(0, depth).map((name) => name + "/").join(""), location.href).href;
        const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: root + "assets/style.css" });
        style.onload = () => begin(root);
        style.onerror = () => {
            style.remove();
            if (depth > 0)
                tryFolder(depth - 1);
        };
        document.head.append(style);
    }

    function begin(root) {
        for (const link of document.querySelectorAll("a[href]"))
            if (!link.getAttribute("href").startsWith("#"))
                link.href = new URL(link.getAttribute("href"), root);
        document.head.append(Object.assign(document.createElement("script"), { src: root + "assets/script.js" }));
    }

    document.addEventListener("DOMContentLoaded", () => tryFolder(names.length));
})();
