// Writing a message: the box grows with it, keeps its draft, and Enter sends.

import { keepDraft, readDraft } from "./drafts.js";
import { follow, followAgain, scrollToEnd, soughtMessage } from "./following.js";
import {
  $, $$, isComposing, messageBox, on, onClick, onPage, onSwap, opensElsewhere, root,
} from "./page.js";

let sentText = null;
let typedMeanwhile = "";

function grow(field) {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

function fill(text) {
  const box = messageBox();
  box.value = text;
  grow(box);
  keepDraft(box.form, text);
}

on("input", ({ target }) => {
  if (target.tagName === "TEXTAREA") grow(target);
  if (target !== messageBox()) return;
  keepDraft(target.form, target.value);
  follow();
});

// Enter begins a line on a touch keyboard.
export function meansSend(event) {
  if (event.key !== "Enter" || event.target !== messageBox()) return false;
  if (isComposing(event) || event.shiftKey) return false;
  const touch = matchMedia("(hover: none) and (pointer: coarse)").matches;
  return !touch || event.ctrlKey || event.metaKey;
}

on("keydown", (event) => {
  if (!meansSend(event)) return;
  event.preventDefault();
  if ((messageBox().value.trim() || hasFiles()) && !$(".stop")) messageBox().form.requestSubmit();
});

// Files need no words beside them.
const hasFiles = () => Boolean($("#composer-files .chip"));

onSwap(() => {
  const box = messageBox();
  if (box) box.required = !hasFiles();
});

// The box has the focus from the beginning: its ring is for those who go there by a key.
on("keydown", ({ key }) => root.classList.toggle("is-tabbing", key === "Tab"));
on("pointerdown", () => root.classList.remove("is-tabbing"));

// What is typed while a message is on its way goes into the fresh composer.
on("htmx:before:request", ({ target }) => {
  if (target.id === "composer") sentText = messageBox().value;
});

on("htmx:after:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (form.id !== "composer" || ctx.response.status >= 400) return;
  if (!form.isConnected) {
    if (readDraft(form) === sentText) keepDraft(form, "");
    return;
  }
  const box = messageBox();
  typedMeanwhile = box.value === sentText ? "" : box.value;
  fill(typedMeanwhile);
  box.removeAttribute("aria-invalid");
  followAgain();
});

onSwap(() => {
  if (typedMeanwhile && !messageBox().value) fill(typedMeanwhile);
  typedMeanwhile = "";
});

onClick(".suggestions a", (suggestion, event) => {
  if (opensElsewhere(event)) return;
  event.preventDefault();
  fill(new URL(suggestion.href).searchParams.get("text"));
  messageBox().focus();
});

// A reload between a message's arrival and the reply to its form finds the draft of what is sent.
function forgetSentDraft(form) {
  const sent = $$(".message-user .part").at(-1)?.textContent.trim();
  if (sent && readDraft(form).trim() === sent) keepDraft(form, "");
}

onPage(() => {
  const box = messageBox();
  if (!box) return;
  forgetSentDraft(box.form);
  box.value ||= readDraft(box.form);
  grow(box);
  if (soughtMessage()) return;
  if (matchMedia("(hover: hover)").matches) box.focus({ preventScroll: true });
  if ($(".message")) scrollToEnd();
});
