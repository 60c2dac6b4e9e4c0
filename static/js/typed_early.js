// What was typed before htmx listened is searched too.

import { $, on } from "./page.js";

on("htmx:after:init", ({ target }) => {
  const box = $("[type=search]", target);
  if (!box || box.value === box.defaultValue) return;
  box.dispatchEvent(new Event("input", { bubbles: true }));
});
