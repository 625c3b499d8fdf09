/*
 * What a page can do beyond being read.  Nothing here is needed for reading.
 */
"use strict";

(function () {
    const root = document.documentElement;
    const schemes = ["system", "light", "dark"];

    function remember(name, value) {
        try {
            localStorage.setItem(name, value);
        } catch (error) {
            /* Some browsers keep nothing for files; then the choice lasts as long as the page. */
        }
    }

    function remembered(name) {
        try {
            return localStorage.getItem(name);
        } catch (error) {
            return null;
        }
    }

    function showScheme(scheme) {
        if (scheme === "system")
            delete root.dataset.scheme;
        else
            root.dataset.scheme = scheme;
    }

    /* Before anything is drawn, so that a dark page never flashes. */
    let scheme = schemes.includes(remembered("scheme")) ? remembered("scheme") : "system";
    showScheme(scheme);

    function prepareScheme() {
        const button = document.querySelector(".scheme");
        const label = () => { button.textContent = scheme[0].toUpperCase() + scheme.slice(1); };
        button.setAttribute("aria-label", "Colours: as the system, light or dark");
        button.hidden = false;
        label();
        button.addEventListener("click", () => {
            scheme = schemes[(schemes.indexOf(scheme) + 1) % schemes.length];
            remember("scheme", scheme);
            showScheme(scheme);
            label();
        });
    }

    document.addEventListener("DOMContentLoaded", prepareScheme);
})();
