// What can be done with a block of code besides copying it: lines that wrap, and a file of its own.

import { $, $$, onClick, onReady, onSwap, root } from "./page.js";
import { recall, remember } from "./storage.js";
import { makeReachable } from "./wide_content.js";

const WRAPS = "wraps-code";

function sayWhetherItWraps() {
  const wraps = root.classList.contains(WRAPS);
  for (const button of $$("[data-wrap]")) button.setAttribute("aria-pressed", wraps);
}

root.classList.toggle(WRAPS, Boolean(recall(WRAPS)));
onReady(sayWhetherItWraps);
onSwap(sayWhetherItWraps);

onClick("[data-wrap]", () => {
  remember(WRAPS, root.classList.toggle(WRAPS) ? "yes" : "");
  sayWhetherItWraps();
  makeReachable();
});

onClick("[data-save]", (button) => {
  const figure = button.closest("figure");
  const named = $(".code-file", figure)?.textContent.split("/").pop();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([$("code", figure).textContent]));
  link.download = named || `code.${button.dataset.save}`;
  link.click();
  URL.revokeObjectURL(link.href);
});
