// The composer's row tells what its fields hold: the model's button, the chips, and whether tools
// apply.

import { focusOn, messageBoxOrMain } from "./focus.js";
import { $, byId, on, onClick, onSwap } from "./page.js";

const chosenModel = () => $("#composer-model option:checked");

export function showModel() {
  const option = chosenModel();
  const button = byId("model-button");
  if (!option || !button) return;
  button.title = [option.text, option.title].filter(Boolean).join(" · ");
  $(".state-dot", button).dataset.state = option.dataset.state ?? "gone";
  $(".choice-words", button).textContent = option.dataset.short ?? option.text.split(" · ")[0];
  $(".model-state-words", button).textContent = option.title;
}

function showProfile() {
  const chip = $(".chip-profile > .choice-chip-words");
  if (chip) chip.textContent = $("#composer-profile option:checked").text;
}

function fitTools() {
  const way = $("#composer-routing option:checked");
  if (!way) return;
  const apply = "tools" in way.dataset;
  byId("composer-tools").disabled = !apply;
  byId("composer-tools-present").disabled = !apply;
}

const SHOWS = {
  "composer-model": showModel,
  "composer-profile": showProfile,
  "composer-routing": fitTools,
};

on("change", ({ target }) => SHOWS[target.id]?.());

// A prompt profile brings its way of answering with it.
onSwap(({ target }) => {
  if (target.id === "composer-profile") fitTools();
});

// What the browser kept of the form is told too.
addEventListener("pageshow", () => {
  for (const show of Object.values(SHOWS)) show();
});

onClick("[data-takes-off]", (chip, event) => {
  event.preventDefault();
  const field = byId(chip.dataset.takesOff);
  if (field.type === "checkbox") field.checked = true;
  else field.value = "";
  field.dispatchEvent(new Event("change", { bubbles: true }));
  focusOn(messageBoxOrMain());
});

onClick(".attach", (label) => label.closest(":popover-open")?.hidePopover());

// A model that has just answered is in memory.
let wasAnswering = false;

onSwap(() => {
  const isBusy = Boolean($(".stop"));
  const option = chosenModel();
  const hasAnswered = wasAnswering && !isBusy && $(".message-assistant:last-child .part-text");
  wasAnswering = isBusy;
  if (!hasAnswered || option?.dataset.state !== "asleep") return;
  option.dataset.state = "loaded";
  option.title = "in memory";
  showModel();
});

// Where no model is, the notice above says what to do.
on("invalid", (event) => {
  if (event.target.id !== "composer-model") return;
  event.preventDefault();
  focusOn(byId("model-button"));
}, true);
