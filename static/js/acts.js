// A small act that has a page of its own is done in a dialog of the conversation.

import { $, on, onClick, opensElsewhere } from "./page.js";

onClick("a[data-act]", async (link, event) => {
  if (opensElsewhere(event)) return;
  event.preventDefault();
  const dialog = $("#act");
  dialog.replaceChildren();
  await htmx.ajax("GET", link.href, { target: dialog, swap: "innerHTML" });
  if (!$("form", dialog)) location.assign(link.href);
  else if (!dialog.open) dialog.showModal();
});

onClick("[data-close]", (button) => button.closest("dialog").close());

on("htmx:after:request", ({ target, detail: { ctx } }) => {
  if (target.matches?.("#act form") && ctx.response.status < 400) $("#act").close();
});
