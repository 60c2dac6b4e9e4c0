// Editing a message that was sent, and the title above it.

import { $, isComposing, on, onClick } from "./page.js";

export function closeEdit(form) {
  const message = form.closest(".message");
  form.remove();
  $("[href$='/edit/']", message).focus();
}

onClick(".message .edit-cancel", (cancel, event) => {
  event.preventDefault();
  closeEdit(cancel.closest(".edit"));
});

on("keydown", (event) => {
  const isSent = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !isComposing(event);
  if (isSent) event.target.closest(".edit")?.requestSubmit();
});

// The menu beside it has the same link for the keyboard.
onClick("#conversation-title", () => $(".title-edit")?.click());
