// One menu is open at a time, and none after something was chosen.

import { $, $$, on } from "./page.js";

on("click", ({ target }) => {
  const kept = target.closest(".menu-panel") ? null : target.closest(".menu");
  for (const menu of $$(".menu[open]")) if (menu !== kept) menu.open = false;
});

on("toggle", ({ target }) => {
  if (!target.matches(".menu[open]")) return;
  $(".menu-panel", target).scrollIntoView({ block: "nearest" });
}, true);

export function closeMenu(menu) {
  menu.open = false;
  $("summary", menu).focus();
}
