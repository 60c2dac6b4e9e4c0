// Copying an answer, a block of its code, or a table.

import { announce } from "./announcing.js";
import { $, $$, on, onClick } from "./page.js";
import { csvOf } from "./tables.js";
import { toast } from "./toasts.js";

const NOT_COPIED = "The text could not be copied. Please try again.";

const asBlob = async (text, type) => new Blob([await text], { type });

// A browser may allow copying in the very moment of the click alone, so it is given a text that is
// still being fetched.
const asItem = (pieces) => new ClipboardItem(Object.fromEntries(
  Object.entries(pieces).map(([type, text]) => [type, asBlob(text, type)]),
));

function fillClipboard(event, pieces) {
  event.preventDefault();
  for (const [type, text] of Object.entries(pieces)) event.clipboardData.setData(type, text);
}

async function toClipboard(pieces) {
  if (navigator.clipboard?.write) return navigator.clipboard.write([asItem(pieces)]);
  // Plain http to another machine has no clipboard of its own.
  const text = await pieces["text/plain"];
  const area = document.createElement("textarea");
  const focused = document.activeElement;
  area.value = text;
  document.body.append(area);
  area.select();
  on("copy", (event) => fillClipboard(event, { ...pieces, "text/plain": text }), { once: true });
  document.execCommand("copy");
  area.remove();
  focused.focus();
}

// Neither a proxy's page nor the one for signing in.
async function textAt(address) {
  const response = await fetch(address, { redirect: "error" });
  if (!response.ok || !response.headers.has("Chat-Studio")) throw new Error(address);
  return response.text();
}

function textFor(button) {
  if (button.dataset.from) return textAt(button.dataset.from);
  if (button.dataset.copy === "code") return $("code", button.closest("figure")).textContent;
  if (button.dataset.copy === "table") return csvOf($("table", button.parentElement));
  const message = button.closest(".message");
  return ($(".source", message)?.content || $(".part", message)).textContent;
}

// An answer as it looks, for programs that take more than text.
function richFor(button) {
  if (button.dataset.copy !== "message" || button.dataset.from) return "";
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
  const [text, html] = [textFor(button), richFor(button)];
  try {
    await toClipboard({ "text/plain": text, ...(html && { "text/html": html }) });
  } catch {
    toast(NOT_COPIED);
    return;
  }
  label.textContent = "Copied";
  announce("Copied");
  setTimeout(() => {
    label.textContent = "Copy";
    announce("");
  }, 2000);
});
