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

// What is chosen stays so until another one is.
function chooseFirst(filter) {
  const found = filter.value && rowsOf(filter).find((row) => !row.hidden && !row.disabled);
  const choice = found && found.closest("select");
  if (!choice) return;
  choice.value = found.value;
  clear(filter);
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  choice.focus();
}

const BY_KEY = { Enter: chooseFirst, Escape: clear };

on("input", ({ target }) => {
  const filter = filterOf(target);
  if (!filter) return;
  narrow(filter);
  countFound(filter);
});

on("keydown", (event) => {
  const filter = filterOf(event.target);
  const act = filter && !isComposing(event) && BY_KEY[event.key];
  if (!act || (act === clear && !filter.value)) return;
  event.preventDefault();
  act(filter);
});

function showFilters() {
  for (const filter of $$("[data-filters]")) {
    filter.parentElement.hidden = false;
    if (filter.value) narrow(filter);
  }
}

onReady(showFilters);
onSwap(showFilters);
