// What the tools that are chosen cost together. Who picks one wants a choice of their own.

import { $, $$, on } from "./page.js";

function sumTools({ target }) {
  const list = target.closest(".tool-choices");
  if (!list) return;
  if (target.type === "checkbox") $("[value=chosen]", list).checked = true;
  const all = $("[value=all]:checked", list);
  let sum = 0;
  for (const tool of $$("[type=checkbox]:checked", list)) sum += +tool.dataset.tokens;
  $("output", list).value = all?.dataset.tokens ?? sum.toLocaleString("en");
}

on("change", sumTools);
