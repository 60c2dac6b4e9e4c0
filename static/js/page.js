// Finding things on the page, and hearing of what happens on it.

export const root = document.documentElement;
export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
export const byId = (id) => document.getElementById(id);

export const messageBox = () => $("#composer-text");
export const activeMessage = () => $(".message.is-active");
export const activeStatus = () => $(".message.is-active > .message-status");

export const on = (type, ...how) => document.addEventListener(type, ...how);
export const onSwap = (handler) => on("htmx:after:swap", handler);
export const onReady = (handler) => on("DOMContentLoaded", handler);

// A conversation is shown: with a new document, or within the one that is there.
const SHOWN = "studio:page";
export const announcePage = () => document.dispatchEvent(new CustomEvent(SHOWN));
export function onPage(handler) {
  onReady(handler);
  on(SHOWN, handler);
}

export function onClick(selector, handler) {
  on("click", (event) => {
    const hit = event.target.closest(selector);
    if (hit) handler(hit, event);
  });
}

// A key of an input method, with which many scripts are written, means a word and nothing else.
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

// A link that is clicked like this opens in a tab or window of its own.
export const opensElsewhere = (event) => event.ctrlKey || event.metaKey || event.shiftKey;
