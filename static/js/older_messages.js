// Older messages come in above: what is being read stays where it is.

import { on, onSwap, root } from "./page.js";

let heightBefore = null;
let yBefore = 0;

on("htmx:before:swap", ({ detail }) => {
  if (!detail.ctx.sourceElement.closest(".older")) return;
  heightBefore = root.scrollHeight;
  yBefore = scrollY;
});

onSwap(() => {
  if (heightBefore !== null) scrollTo(0, yBefore + root.scrollHeight - heightBefore);
  heightBefore = null;
});
