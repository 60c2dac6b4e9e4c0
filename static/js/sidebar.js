// A menu or a title being edited is not pulled away by news of another conversation.

import { $, on, onClick } from "./page.js";

let heldList = null;

const isInUse = () => $("#sidebar-list :is(.menu[open], .rename)");

function releaseList() {
  if (!heldList || isInUse()) return;
  $("#sidebar-list").replaceWith(heldList);
  htmx.process(heldList);
  heldList = null;
}

on("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  const at = tasks.findIndex(({ target }) => target?.id === "sidebar-list");
  if (at < 0) return;
  const isHeld = ctx.sourceElement.id === "socket" && isInUse();
  heldList = isHeld ? tasks.splice(at, 1)[0].fragment.firstElementChild : null;
});

on("toggle", ({ target }) => {
  if (target.matches(".menu:not([open])")) releaseList();
}, true);

export function closeRename(form) {
  const row = form.closest(".conversation, .topbar");
  form.remove();
  $(".conversation-link, .title-tools summary", row).focus();
  releaseList();
}

onClick(":is(.conversation, .topbar) .rename-cancel", (cancel, event) => {
  event.preventDefault();
  closeRename(cancel.closest(".rename"));
});
