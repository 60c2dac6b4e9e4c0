// Copying an answer, or a block of its code.

import { announce } from "./announcing.js";
import { $, onClick } from "./page.js";

async function toClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Plain http to another machine has no clipboard of its own.
  const area = document.createElement("textarea");
  const focused = document.activeElement;
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  focused.focus();
}

function textFor(button) {
  if (button.dataset.copy === "code") return $("code", button.closest("figure")).textContent;
  const message = button.closest(".message");
  return ($(".source", message)?.content || $(".part", message)).textContent;
}

onClick("[data-copy]", async (button) => {
  const label = $(".label", button) || button;
  await toClipboard(textFor(button));
  label.textContent = "Copied";
  announce("Copied");
  setTimeout(() => {
    label.textContent = "Copy";
    announce("");
  }, 2000);
});
