// The list that opens from the model's name: found by any part of it, taken by a key or a click.

import { announce } from "./announcing.js";
import { showModel } from "./choices.js";
import { $, $$, byId, isComposing, on, onClick } from "./page.js";

const modelPicker = () => byId("model-picker");
const modelSearch = () => byId("model-search");
const modelField = () => byId("composer-model");
const modelRows = () => $$("[role=option]", modelPicker());
const rowsFound = () => modelRows().filter((row) => !row.hidden);
const markedRow = () => $(".is-marked", modelPicker());

const optionOf = ({ dataset: { ref } }) =>
  [...modelField().options].find(({ value }) => value === ref);

// Its row is another one when the list has come anew.
let markedModel = null;

export const openModelPicker = () => modelPicker()?.showPopover();

function markRow(row) {
  markedRow()?.classList.remove("is-marked");
  row?.classList.add("is-marked");
  row?.scrollIntoView({ block: "nearest" });
  markedModel = row?.dataset.ref;
  modelSearch().setAttribute("aria-activedescendant", row?.id ?? "");
}

function narrowModels() {
  const typed = modelSearch().value.trim();
  const words = typed.toLowerCase().split(/\s+/);
  for (const row of modelRows()) {
    const text = `${row.title} ${row.textContent}`.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
  for (const group of $$("[role=group]", modelPicker())) {
    group.hidden = !$("[role=option]:not([hidden])", group);
  }
  offerToFetch(typed, rowsFound().length === 0 && modelRows().length > 0);
}

function markFirst() {
  markRow(modelSearch().value ? rowsFound()[0] : $("[aria-selected=true]", modelPicker()));
}

function offerToFetch(typed, isMissing) {
  for (const place of $$(".picker-none, [data-fetches]", modelPicker())) {
    place.hidden = !isMissing;
    $("b", place).textContent = typed;
    if (place.href) place.search = new URLSearchParams({ fetch: typed });
  }
}

// What the server says now of each model holds for the form's own list too.
function compareWithField() {
  for (const row of modelRows()) {
    const option = optionOf(row);
    row.ariaSelected = String(Boolean(option?.selected));
    if (!option) continue;
    option.dataset.state = row.dataset.state;
    option.title = $(".state-words", row).textContent;
  }
  showModel();
  narrowModels();
  const same = rowsFound().find(({ dataset: { ref } }) => ref && ref === markedModel);
  if (same) markRow(same);
  else markFirst();
}

async function fillPicker() {
  modelSearch().value = "";
  markedModel = null;
  if (matchMedia("(hover: hover)").matches) modelSearch().focus();
  compareWithField();
  const { from } = modelPicker().dataset;
  await htmx.ajax("GET", from, { target: "#models-to-pick", swap: "innerHTML" });
  if (modelPicker()) compareWithField();
}

function takeModel(row) {
  if (!row?.dataset.ref) return;
  const { ref } = row.dataset;
  if (!optionOf(row)) modelField().add(new Option(row.title, ref));
  modelField().value = ref;
  modelField().dispatchEvent(new Event("change", { bubbles: true }));
  modelPicker().hidePopover();
}

function stepAlong(by) {
  const all = rowsFound();
  markRow(all.at((all.indexOf(markedRow()) + by) % all.length));
}

const PICKER_KEYS = {
  ArrowDown: () => stepAlong(1),
  ArrowUp: () => stepAlong(markedRow() ? -1 : 0),
  Home: () => markRow(rowsFound()[0]),
  End: () => markRow(rowsFound().at(-1)),
  Enter: () => takeModel(markedRow() ?? rowsFound()[0]),
};

on("toggle", ({ target, newState }) => {
  if (target.id === "model-picker" && newState === "open") fillPicker();
}, true);

on("input", ({ target }) => {
  if (target.id !== "model-search") return;
  narrowModels();
  markFirst();
  announce(`${rowsFound().length} of ${modelRows().length}`);
});

on("keydown", (event) => {
  const act = event.target.id === "model-search" && !isComposing(event) && PICKER_KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

onClick("#models-to-pick [role=option]", takeModel);

// The field keeps the focus.
on("mousedown", (event) => {
  if (event.target.closest("#models-to-pick")) event.preventDefault();
});
