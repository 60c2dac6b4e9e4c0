// Editing a message that was sent ends without a change.

import { $, onClick } from "./page.js";

export function closeEdit(form) {
  const message = form.closest(".message");
  form.remove();
  $("[href$='/edit/']", message).focus();
}

onClick(".message .edit-cancel", (cancel, event) => {
  event.preventDefault();
  closeEdit(cancel.closest(".edit"));
});
