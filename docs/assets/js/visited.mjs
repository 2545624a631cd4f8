// @ts-check
// Which pages were opened, kept in this browser alone, and a quiet mark in the sidebar.

import { onEachPage } from "./page.mjs";

const KEY = "nnbook.visited";

/**
 * @param {string} path
 * @returns {Set<string>} all pages that were opened
 */
function remember(path) {
  try {
    const pages = new Set(JSON.parse(localStorage.getItem(KEY) ?? "[]")).add(path);
    localStorage.setItem(KEY, JSON.stringify([...pages]));
    return pages;
  } catch {
    return new Set(); // a browser that keeps nothing shows no marks
  }
}

onEachPage(() => {
  const visited = remember(location.pathname);
  for (const link of document.querySelectorAll(".md-nav--primary a.md-nav__link[href], .nb-map a")) {
    const address = new URL(link.getAttribute("href") ?? "", location.href);
    link.classList.toggle("nb-visited", !address.hash && visited.has(address.pathname));
  }
});
