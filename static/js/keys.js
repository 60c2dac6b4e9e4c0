// The keys that reach everything without a mouse.

import { focusOn } from "./focus.js";
import { openKeyboardDialog, singleKeysAreOn } from "./keyboard_dialog.js";
import { openModelPicker } from "./model_picker.js";
import { $, $$, isComposing, messageBox, on } from "./page.js";
import { toggleSidebar } from "./sidebar.js";

const FIELD = "input:not([type=checkbox]), textarea, select, [contenteditable]";

const LETTERS = {
  "/": () => focusOn(messageBox()),
  "?": openKeyboardDialog,
  j: () => goToMessage(1),
  k: () => goToMessage(-1),
};
const WITH_COMMAND = {
  b: toggleSidebar,
  k: goToSearch,
  "Shift+m": openModelPicker,
  "Shift+o": () => $(".new-chat").click(),
};

function goToMessage(step) {
  const messages = $$("#messages > .message");
  const here = messages.indexOf(document.activeElement.closest(".message"));
  const next = messages[here < 0 ? messages.length - 1 : here + step];
  focusOn(next);
  next?.scrollIntoView({ block: "nearest" });
}

function goToSearch() {
  const box = $("#search-text");
  if (!box) return $(".search-link").click();
  box.focus();
  box.select();
}

const fieldOf = (target) => target.closest?.(FIELD);

function actionOf(event) {
  if (event.altKey) return undefined;
  if (event.ctrlKey || event.metaKey) {
    return WITH_COMMAND[(event.shiftKey ? "Shift+" : "") + event.key.toLowerCase()];
  }
  const isFree = !fieldOf(event.target) && !$("dialog[open]") && singleKeysAreOn();
  return isFree ? LETTERS[event.key] : undefined;
}

// What is open is left first, by the browser or by escape.js.
function stopAnswer(target) {
  const open = $("dialog[open], :popover-open, .menu[open]") ?? fieldOf(target)?.closest(".rename");
  if (!open) $(".stop")?.click();
}

on("keydown", (event) => {
  if (event.defaultPrevented || isComposing(event)) return;
  if (event.key === "Escape") return stopAnswer(event.target);
  const act = actionOf(event);
  if (!act) return;
  event.preventDefault();
  act();
});
