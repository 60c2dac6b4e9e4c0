// A field that narrows a list to what has the typed words; without script the list is whole.

import { announce } from "./announcing.js";
import { $$, isComposing, on, onReady, onSwap } from "./page.js";

const filterOf = (target) => target.closest?.("[data-filters]");
const rowsOf = (filter) => $$(filter.dataset.filters);

function narrow(filter) {
  const words = filter.value.toLowerCase().split(/\s+/);
  for (const row of rowsOf(filter)) {
    const text = (row.dataset.words ?? row.textContent).toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
}

function countFound(filter) {
  const rows = rowsOf(filter);
  announce(`${rows.filter((row) => !row.hidden).length} of ${rows.length}`);
}

function clear(filter) {
  filter.value = "";
  narrow(filter);
}

on("input", ({ target }) => {
  const filter = filterOf(target);
  if (!filter) return;
  narrow(filter);
  countFound(filter);
});

on("keydown", (event) => {
  const filter = filterOf(event.target);
  if (event.key !== "Escape" || !filter?.value || isComposing(event)) return;
  event.preventDefault();
  clear(filter);
});

function showFilters() {
  for (const filter of $$("[data-filters]")) {
    filter.parentElement.hidden = false;
    if (filter.value) narrow(filter);
  }
}

onReady(showFilters);
onSwap(showFilters);
