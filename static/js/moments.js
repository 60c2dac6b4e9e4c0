// When something was, as the reader's own clock had it: only the browser knows their zone.

import { $, $$, on, onReady, onSwap } from "./page.js";

const formOf = (how) => new Intl.DateTimeFormat("en-GB", how);
const clock = formOf({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = formOf({ day: "numeric", month: "long", year: "numeric" });
const dayOfThisYear = formOf({ day: "numeric", month: "short" });
const shortDay = formOf({ day: "numeric", month: "short", year: "numeric" });
const exact = formOf({ dateStyle: "full", timeStyle: "long" });

const startOf = (at) => new Date(at).setHours(0, 0, 0, 0);
const daysAgo = (at) => Math.round((startOf(Date.now()) - startOf(at)) / 864e5);

export function inWords(at, form) {
  if (form === "days") return ["Today", "Yesterday"][daysAgo(at)] ?? day.format(at);
  if (form === "day") return day.format(at);
  if (form === "full") return `${day.format(at)}, ${clock.format(at)}`;
  const now = new Date();
  if (at.toDateString() === now.toDateString()) return clock.format(at);
  const date = at.getFullYear() === now.getFullYear() ? dayOfThisYear : shortDay;
  return `${date.format(at)}, ${clock.format(at)}`;
}

// Between messages where the day changes, as the server does it by its own zone.
function showDays() {
  let shown = daysAgo(Date.now());
  for (const question of $$("#messages > .message-user")) {
    const { dateTime } = $(".message-facts time", question);
    const line = question.previousElementSibling;
    const isThere = line?.matches(".day");
    const isNew = daysAgo(dateTime) !== shown;
    if (isNew && !isThere) {
      question.insertAdjacentHTML("beforebegin", `<p class="day"><time data-form="days"></p>`);
      $("time", question.previousElementSibling).dateTime = dateTime;
    }
    if (isThere && !isNew) line.remove();
    if (isThere) $("time", line).removeAttribute("title");
    shown = daysAgo(dateTime);
  }
}

// What the server exchanges has no title again.
function showMoments(which) {
  if (!$(`time[datetime]${which}`)) return;
  showDays();
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
