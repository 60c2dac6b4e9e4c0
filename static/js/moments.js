// When something was, as the reader's own clock had it: only the browser knows their zone.

import { $, $$, on, onReady, onSwap } from "./page.js";

const formOf = (how) => new Intl.DateTimeFormat("en-GB", how);
const clock = formOf({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = formOf({ day: "numeric", month: "long", year: "numeric" });
const dayOfThisYear = formOf({ day: "numeric", month: "short" });
const shortDay = formOf({ day: "numeric", month: "short", year: "numeric" });
const exact = formOf({ dateStyle: "full", timeStyle: "long" });

export function inWords(at, form) {
  if (form === "day") return day.format(at);
  if (form === "full") return `${day.format(at)}, ${clock.format(at)}`;
  const now = new Date();
  if (at.toDateString() === now.toDateString()) return clock.format(at);
  const date = at.getFullYear() === now.getFullYear() ? dayOfThisYear : shortDay;
  return `${date.format(at)}, ${clock.format(at)}`;
}

// What the server exchanges has no title again.
function showMoments(which) {
  for (const time of $$(`time[datetime]${which}`)) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.textContent = inWords(at, time.dataset.form);
    time.title = exact.format(at);
  }
}

// For the days of the list of conversations, which the server makes.
function tellZone() {
  const home = $(".brand[href]");
  if (!home) return;
  const path = new URL("..", home.href).pathname;
  const zone = clock.resolvedOptions().timeZone;
  document.cookie = `chatstudio_zone=${zone}; path=${path}; max-age=31536000; samesite=lax`;
}

onReady(() => {
  showMoments("");
  tellZone();
});
onSwap(() => showMoments(":not([title])"));
// A page that was left open: what was today may be yesterday.
on("visibilitychange", () => showMoments(""));
