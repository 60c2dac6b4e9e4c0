// The list of conversations: the menu of a row comes when it is asked for, and neither a menu nor a
// title being edited is pulled away by news of another conversation.

import { focusOn, ifVisible } from "./focus.js";
import { inWords } from "./moments.js";
import { $, $$, on, onClick, onReady, opensElsewhere } from "./page.js";

const WAITS = "◆ ";

let heldList = null;

const isInUse = () => $("#sidebar-list :is(.menu[open], .rename, .htmx-request)");

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

onClick(".conversation-menu", async (link, event) => {
  if (opensElsewhere(event)) return;
  event.preventDefault();
  if (link.matches(".htmx-request")) return;
  await htmx.ajax("GET", link.href, { source: link, target: link, swap: "afterend" });
  focusOn($(".menu > summary", link.parentElement));
  releaseList();
});

// All that a row shows of itself when it is pointed at.
on("pointerover", ({ target }) => {
  const link = target.closest(".conversation-link:not([title])");
  if (!link) return;
  link.title = `${$("bdi", link).textContent}\n${inWords(new Date(link.dataset.at * 1000))}`;
});

onClick(".fold", (button) => {
  $("#sidebar").toggleAttribute("data-folded", Boolean(button.value));
  if (!ifVisible(document.activeElement)) focusOn($$(".fold").find(ifVisible));
});

export function toggleSidebar() {
  ($$(".fold").find(ifVisible) ?? $(".menu-button")).click();
}

// The tab says so too, where a decision waits in the conversation that it shows.
function markTitle() {
  const title = ($(".call-decision") ? WAITS : "") + document.title.replace(WAITS, "");
  if (document.title !== title) document.title = title;
}

onReady(markTitle);
// After htmx has set the title that came.
on("htmx:finally:swap", markTitle);
