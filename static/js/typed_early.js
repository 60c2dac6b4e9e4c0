// What was typed before htmx listened counts too.

import { $$, on } from "./page.js";

on("htmx:after:init", ({ target }) => {
  if (!target.matches("form[hx-trigger^=input]")) return;
  const typed = $$("input", target).find((field) => field.value !== field.defaultValue);
  typed?.dispatchEvent(new Event("input", { bubbles: true }));
});
