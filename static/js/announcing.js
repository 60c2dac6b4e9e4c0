// Telling how an answer stands to those who do not see it.

import { $, activeMessage, activeStatus, onPage, onSwap } from "./page.js";

let wasActive = false;
let saidStatus = "";

export function announce(sentence) {
  const announcer = $("#announcer");
  if (announcer.textContent !== sentence) announcer.textContent = sentence;
}

function announceEnd() {
  const notice = $("#messages > :last-child > .notice > p");
  announce(notice?.textContent || "The answer is complete.");
}

onSwap(() => {
  const status = activeStatus();
  const words = status && ($(".status-words", status)?.textContent ?? "");
  if (status && words !== saidStatus) announce(words);
  if (!status && wasActive) announceEnd();
  saidStatus = words;
  wasActive = Boolean(status);
});

onPage(() => {
  wasActive = Boolean(activeMessage());
});
