// Telling how an answer stands to those who do not see it.

import { $, activeMessage, activeStatus, onPage, onSwap } from "./page.js";

let wasActive = false;

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
  if (status) announce(status.textContent.trim());
  else if (wasActive) announceEnd();
  wasActive = Boolean(status);
});

onPage(() => {
  wasActive = Boolean(activeMessage());
});
