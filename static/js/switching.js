// From one conversation to another within the document: `.page` is exchanged, the sidebar and the
// websocket stay.

import { settle } from "./following.js";
import { $, $$, announcePage, on, onReady, onSwap, opensElsewhere } from "./page.js";
import { recallHere, rememberHere } from "./storage.js";

const KEY = /^[\da-f-]{36}\/$/;
const LIST_SCROLLED = "sidebar-scrolled";

let page = null;
let address = "";
let visits = 0;
let calledFrom = null;
// How far each page was scrolled when it was left, by its address.
const scrolled = new Map();

const addressOf = ({ pathname, search }) => pathname + search;

function isChat(link) {
  const home = $(".brand[href]")?.pathname;
  if (!home || !$("#socket") || link.origin !== location.origin) return false;
  if (link.pathname === home) return !link.search;
  return link.pathname.startsWith(home) && KEY.test(link.pathname.slice(home.length));
}

// What is asked for last is shown. A page that is gone back to stands where it was left.
function openPage(link, how) {
  scrolled.set(address, scrollY);
  calledFrom = document.activeElement;
  visits += 1;
  return htmx.ajax("GET", addressOf(link), {
    source: ".page",
    target: ".page",
    headers: { "Chat-Tab": $("#actions").elements.tab.value },
    visit: visits,
    ...how,
  });
}

on("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.altKey || opensElsewhere(event)) return;
  const isHere = addressOf(link) === address;
  if (link.target || !isChat(link) || (isHere && link.hash)) return;
  event.preventDefault();
  openPage(link, { [isHere ? "replace" : "push"]: addressOf(link) + link.hash });
});

on("htmx:before:history:restore", (event) => {
  if (!$("#socket")) return;
  event.preventDefault();
  if (addressOf(location) === address) {
    visits += 1; // what was asked for in between comes too late
    return;
  }
  if (isChat(location)) openPage(location, { y: scrolled.get(addressOf(location)) });
  else location.reload();
});

// What is not there, or failed, has a page of its own.
on("htmx:before:response", (event) => {
  const { visit, response, request } = event.detail.ctx;
  if (!visit || response.status === 200 || !response.headers.has("Chat-Studio")) return;
  if (response.headers.has("HX-Redirect")) return;
  event.preventDefault();
  location.assign(request.action);
});

on("htmx:before:request", ({ detail: { ctx } }) => {
  if (!ctx.visit && ctx.sourceElement.closest(".page")) ctx.page = page;
});

// The reply to what was asked on a page that has been left changes nothing on the one that came.
on("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  const isLate = ctx.visit ? ctx.visit !== visits : ctx.page && ctx.page !== page;
  if (!isLate) return;
  ctx.title = "";
  const kept = tasks.filter(({ target }) => target && !target.closest(".page"));
  tasks.splice(0, tasks.length, ...kept);
  if (tasks.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
});

function markCurrentRow() {
  for (const link of $$("#sidebar .conversation-link")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function notePage() {
  page = $(".page");
  address = addressOf(location);
}

function showPage(y) {
  notePage();
  history.scrollRestoration = "manual";
  if ($("#sidebar:popover-open")) $("#sidebar").hidePopover();
  markCurrentRow();
  const elsewhere = document.activeElement;
  $("#main").focus({ preventScroll: true });
  announcePage();
  settle(y);
  // Who went on to something else while the page was fetched is not called back.
  if (elsewhere !== calledFrom && elsewhere !== document.body) {
    elsewhere.focus({ preventScroll: true });
  }
}

onSwap(({ detail }) => {
  if (page && page !== $(".page")) showPage(detail?.ctx.y);
  const marked = $("#sidebar-list [aria-current]");
  if (marked && marked.pathname !== location.pathname) markCurrentRow();
});

onReady(() => {
  notePage();
  const list = $(".sidebar-scroll");
  if (list) list.scrollTop = recallHere(LIST_SCROLLED);
});

addEventListener("pagehide", () => {
  history.scrollRestoration = "auto";
  rememberHere(LIST_SCROLLED, String($(".sidebar-scroll")?.scrollTop || ""));
});
