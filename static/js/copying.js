// Copying an answer, or a block of its code.

import { announce } from "./announcing.js";
import { $, $$, on, onClick } from "./page.js";

const asItem = (pieces) => new ClipboardItem(Object.fromEntries(
  Object.entries(pieces).map(([type, text]) => [type, new Blob([text], { type })]),
));

function fillClipboard(event, pieces) {
  event.preventDefault();
  for (const [type, text] of Object.entries(pieces)) event.clipboardData.setData(type, text);
}

async function toClipboard(pieces) {
  if (navigator.clipboard?.write) return navigator.clipboard.write([asItem(pieces)]);
  // Plain http to another machine has no clipboard of its own.
  const area = document.createElement("textarea");
  const focused = document.activeElement;
  area.value = pieces["text/plain"];
  document.body.append(area);
  area.select();
  on("copy", (event) => fillClipboard(event, pieces), { once: true });
  document.execCommand("copy");
  area.remove();
  focused.focus();
}

async function textFor(button) {
  if (button.dataset.from) return (await fetch(button.dataset.from)).text();
  if (button.dataset.copy === "code") return $("code", button.closest("figure")).textContent;
  const message = button.closest(".message");
  return ($(".source", message)?.content || $(".part", message)).textContent;
}

// An answer as it looks, for programs that take more than text.
function richFor(button) {
  if (button.dataset.copy === "code" || button.dataset.from) return "";
  const answer = document.createElement("div");
  for (const part of $$(".part-text", button.closest(".message-assistant") ?? answer)) {
    answer.append(...part.cloneNode(true).childNodes);
  }
  for (const control of $$("button, figcaption, svg, template", answer)) control.remove();
  for (const each of $$("[id], [class]", answer)) {
    each.removeAttribute("id");
    each.removeAttribute("class");
  }
  return answer.innerHTML;
}

onClick("[data-copy]", async (button) => {
  const label = $(".label", button) || button;
  const [text, html] = [await textFor(button), richFor(button)];
  await toClipboard({ "text/plain": text, ...(html && { "text/html": html }) });
  label.textContent = "Copied";
  announce("Copied");
  setTimeout(() => {
    label.textContent = "Copy";
    announce("");
  }, 2000);
});
