// What went wrong is said beside the page, which stays as it is.

import { $, $$, on, onClick } from "./page.js";

const FAILURES = {
  403: "This page is out of date. Reload it and try again.",
  404: "That is no longer there. Reload the page.",
  500: "The server met an error. Nothing was lost; please try again.",
};

function buttonToRepeat(source) {
  const again = document.createElement("button");
  again.className = "button";
  again.textContent = "Try again";
  again.addEventListener("click", () => {
    if (source.requestSubmit) source.requestSubmit();
    else source.click();
  });
  return again;
}

// `source` is the form or the button that has failed and may be pressed once more.
export function toast(text, source) {
  if ($$(".toast p").some((line) => line.textContent === text)) return;
  const element = document.createElement("div");
  const line = document.createElement("p");
  element.className = "toast toast-error";
  line.textContent = text;
  element.append(line);
  if (source?.isConnected && source.matches("form, button")) element.append(buttonToRepeat(source));
  $("#toasts").append(element);
}

// What the server says itself is with its answer.
on("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.hx.reswap) return;
  const { status } = ctx.response;
  const text = FAILURES[Math.min(status, 500)];
  if (text && ctx.request.method !== "GET") toast(text, status >= 500 && ctx.sourceElement);
});

on("animationend", ({ target, animationName }) => {
  if (animationName === "toast-life") target.remove();
});

// Undo's form is sent first: one that is no longer on the page is not sent.
onClick(".toast .button", (undo) => setTimeout(() => undo.closest(".toast").remove()));
