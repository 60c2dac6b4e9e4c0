// Focus that is never lost: what is exchanged while it has the focus gives it to what takes its
// place.

import { $, $$, byId, messageBox, on, root } from "./page.js";

const TAKES_FOCUS = "a, button, input, select, textarea, summary, [tabindex]";

let held = null;
let heldIn = null;

export function focusOn(element) {
  if (!element) return;
  if (!element.matches(TAKES_FOCUS)) element.tabIndex = -1;
  element.focus();
}

export const ifVisible = (element) => element?.checkVisibility() && element;
export const messageBoxOrMain = () => ifVisible(messageBox()) || $("#main");

on("focusin", ({ target }) => {
  held = target;
  heldIn = target.closest(".message")?.id;
});

on("pointerdown", () => setTimeout(() => {
  if (document.activeElement === document.body) held = null;
}));

// The conversation's own row in the list that came, else the one that stands where it stood.
function successorOfRow(row) {
  const list = row.closest("#sidebar-list") ?? row.parentElement;
  const href = $("a", row)?.getAttribute("href");
  const rows = $$("#sidebar-list .conversation-link");
  const before = list ? $$(".conversation-link", list) : [];
  const at = before.indexOf($(".conversation-link", row));
  return rows.find((each) => each.getAttribute("href") === href)
    ?? rows[Math.min(at, rows.length - 1)];
}

function successorInSidebar(lost) {
  const row = lost.closest(".conversation");
  if (row) return successorOfRow(row);
  return lost.closest(".sidebar-filter") && $(".sidebar-filter summary");
}

function successorOnPage(lost) {
  if (heldIn) return byId(heldIn) ?? $("#messages > .message:last-child");
  if (lost.closest(".title-tools")) return $(".title-tools summary");
  return lost.closest(".older") && $("#messages > .message");
}

function successorOf(lost) {
  return (lost.id && ifVisible(byId(lost.id)))
    || ifVisible(successorInSidebar(lost))
    || successorOnPage(lost)
    || messageBoxOrMain();
}

new MutationObserver(() => {
  if (!held || held.isConnected || document.activeElement !== document.body) return;
  const lost = held;
  held = null;
  focusOn(successorOf(lost));
}).observe(root, { childList: true, subtree: true });
