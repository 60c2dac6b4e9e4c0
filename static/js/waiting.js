// What is said while an answer is awaited: for how long already, and why Enter sends nothing.

import { announce } from "./announcing.js";
import { meansSend } from "./composer.js";
import { $, activeStatus, on, onSwap } from "./page.js";

const SAY_EVERY = 30;
const BUSY = "An answer is being written: press Esc to stop it, then Enter to send.";

let began = 0;

setInterval(() => {
  const counter = $(".is-active .status-seconds");
  if (!counter) return;
  const { dataset } = counter;
  if (dataset.seconds) {
    began = Date.now() - dataset.seconds * 1000;
    delete dataset.seconds;
  }
  const seconds = Math.round((Date.now() - began) / 1000);
  if (!seconds) return;
  counter.textContent = `${seconds} s`;
  if (seconds % SAY_EVERY === 0) announce(activeStatus().textContent.trim());
}, 1000);

function hint(words) {
  const line = $("#hint");
  if (line && line.textContent !== words) line.textContent = words;
}

on("keydown", (event) => {
  if (meansSend(event) && event.target.value.trim() && $(".stop")) hint(BUSY);
});
onSwap(() => {
  if (!$(".stop")) hint("");
});
