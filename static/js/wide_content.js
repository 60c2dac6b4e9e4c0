// What scrolls sideways must be reachable by keyboard, and only that should be a tab stop.

import { $$, activeStatus, onSwap } from "./page.js";

export function makeReachable() {
  for (const wide of $$(".block pre, .table-wrap, .block :has(> math), .block li > math")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  }
}

addEventListener("load", makeReachable);

onSwap(() => {
  // Measuring costs too much while blocks come in.
  if (!activeStatus()) makeReachable();
});
