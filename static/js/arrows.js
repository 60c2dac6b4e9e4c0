// Arrow keys go along an open menu, and from the search box along what was found.

import { focusOn } from "./focus.js";
import { $$, isComposing, on } from "./page.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function goAlongMenu(event, step) {
  const menu = event.target.closest(".menu[open]");
  if (!menu) return false;
  const items = $$(".menu-panel > *", menu);
  const at = items.indexOf(document.activeElement);
  event.preventDefault();
  focusOn(items.at((at < 0 && step < 0 ? 0 : at) + step) ?? items[0]);
  return true;
}

function goAlongHits(event, step) {
  const hits = $$("#search-text, .hit-link, .hits-more > a");
  const at = hits.indexOf(event.target);
  if (at < 0 || !hits[at + step]) return;
  event.preventDefault();
  focusOn(hits[at + step]);
}

on("keydown", (event) => {
  const step = STEPS[event.key];
  if (!step || event.defaultPrevented || isComposing(event)) return;
  if (!goAlongMenu(event, step)) goAlongHits(event, step);
});
