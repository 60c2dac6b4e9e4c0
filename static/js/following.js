// Following the newest text, unless the person scrolled up.

import { $, byId, messageBox, onClick, onSwap, root } from "./page.js";

const NEAR_THE_END = 40;
// Nearer than this the button would lie over the last answer's figures.
const WORTH_A_JUMP = 80;

let following = !location.hash;
let lastY = 0;
let isQueued = false;

export function soughtMessage() {
  return byId(location.hash.slice(1))?.closest(".message");
}

export function scrollToEnd() {
  scrollTo(0, 1e9);
}

export function follow() {
  if (!following || isQueued || !$(".message")) return;
  isQueued = true;
  requestAnimationFrame(() => {
    isQueued = false;
    if (following) scrollToEnd();
  });
}

export function followAgain() {
  following = true;
}

const belowTheFold = () => root.scrollHeight - innerHeight - scrollY;

function showJump() {
  const jump = $(".jump");
  if (jump) jump.hidden = following || belowTheFold() < WORTH_A_JUMP;
}

addEventListener("scroll", () => {
  // Going up lets go, even by a pixel; only a page that became shorter still counts as its end.
  const wentUp = scrollY < lastY;
  following = wentUp ? belowTheFold() < 2 : following || belowTheFold() < NEAR_THE_END;
  lastY = scrollY;
  showJump();
}, { passive: true });

function begin(isNew) {
  const sought = soughtMessage();
  following = !sought && (isNew || belowTheFold() < NEAR_THE_END);
  if (sought) {
    sought.tabIndex = -1;
    sought.focus({ preventScroll: true });
  }
  follow();
}

addEventListener("load", () => {
  begin(performance.getEntriesByType("navigation")[0]?.type === "navigate");
});

// A page that came in the place of another one: at its end, or `y` from its beginning. Going there
// again is what makes the browser find what the address names.
export function settle(y) {
  const isNew = y === undefined;
  if (!isNew) scrollTo(0, y);
  else if (soughtMessage()) {
    location.replace(location.hash);
    history.replaceState({ htmx: true }, "");
  } else scrollTo(0, $(".message") ? 1e9 : 0);
  lastY = scrollY;
  begin(isNew);
  showJump();
}

onSwap(follow);

onClick(".jump", () => {
  followAgain();
  showJump();
  follow();
  messageBox().focus({ preventScroll: true });
});
