// Escape leaves what is open: a message or a title being edited, else a menu.

import { closeEdit } from "./editing.js";
import { closeMenu } from "./menus.js";
import { $, isComposing, on } from "./page.js";
import { closeRename } from "./sidebar.js";

on("keydown", (event) => {
  if (event.key !== "Escape" || isComposing(event)) return;
  const { target } = event;
  const edit = target.closest(".message .edit");
  const rename = target.closest(":is(.conversation, .topbar) .rename");
  const menu = $(".menu[open]");
  if (!edit && !rename && !menu) return;
  event.preventDefault();
  if (edit) closeEdit(edit);
  else if (rename) closeRename(rename);
  else closeMenu(menu);
});
