// The dialog that names the keys, and the choice to do without single ones.

import { focusOn, ifVisible, messageBoxOrMain } from "./focus.js";
import { $, $$, on, onClick, onReady, opensElsewhere } from "./page.js";
import { recall, remember } from "./storage.js";

const SINGLE_KEYS = "single-keys";

export const singleKeysAreOn = () => recall(SINGLE_KEYS) !== "off";

function showSingleKeys() {
  for (const box of $$("[data-single-keys]")) box.checked = singleKeysAreOn();
}

export async function openKeyboardDialog() {
  const dialog = $("#keyboard");
  const target = $(".keys-place", dialog);
  if (!target.firstElementChild) {
    await htmx.ajax("GET", dialog.dataset.from, { target, swap: "innerHTML" });
  }
  showSingleKeys();
  if (target.firstElementChild && !dialog.open) dialog.showModal();
}

onClick("a[data-keyboard]", (_, event) => {
  if (opensElsewhere(event)) return;
  event.preventDefault();
  openKeyboardDialog();
});

on("close", ({ target }) => {
  if (target.matches(".dialog") && !ifVisible(document.activeElement)) focusOn(messageBoxOrMain());
}, true);

on("change", ({ target }) => {
  if (target.matches("[data-single-keys]")) remember(SINGLE_KEYS, target.checked ? "" : "off");
});

onReady(showSingleKeys);
