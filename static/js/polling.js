// Without the websocket the page asks.

import { $, activeMessage, on, onSwap } from "./page.js";

const PATIENCE = 2000;
const WHILE_ANSWERING = 1000;
const OTHERWISE = 10000;
// A line that stands still would hold the page up for a minute.
const LONGEST = 10000;

let timer = 0;
let isAsking = false;
let askedFrom = "";

// What the page says that it shows.
export function shownState() {
  const { follows, live } = $(".page").dataset;
  const { revision, version } = $("#page-state").dataset;
  return { follows, live, revision, version, sidebar: $("#sidebar-list")?.dataset.digest ?? "" };
}

const place = ({ live, revision }) => `${live} ${revision}`;

function plan() {
  if (!isAsking) return;
  clearTimeout(timer);
  timer = setTimeout(ask, activeMessage() && !document.hidden ? WHILE_ANSWERING : OTHERWISE);
}

async function ask() {
  const shown = shownState();
  const last = $("#messages > .message:last-child")?.id.slice("message-".length) ?? "";
  const url = new URL(shown.live, location);
  const { revision, version, sidebar } = shown;
  url.search = new URLSearchParams({ revision, version, sidebar, last });
  askedFrom = place(shown);
  const swap = "innerHTML swapEmpty:false";
  await htmx.ajax("GET", url.href, { source: "#socket", target: "#socket", swap });
  plan();
}

export function stopAsking() {
  isAsking = false;
  clearTimeout(timer);
  timer = 0;
  showConnection("");
}

export function startAsking() {
  if (!$("#socket")) return;
  timer ||= setTimeout(() => {
    isAsking = true;
    ask();
  }, PATIENCE);
}

export function showConnection(text) {
  const line = $("#connection");
  if (line && line.textContent !== text) line.textContent = text;
}

export const showLost = () => showConnection("Connection lost, trying again…");
export const tellFailedPoll = () => isAsking && showLost();

export const isPoll = (ctx) => ctx?.sourceElement?.id === "socket" && Boolean(ctx.request);
const isOvertaken = () => !isAsking || askedFrom !== place(shownState());

on("htmx:config:request", ({ detail: { ctx } }) => {
  if (isPoll(ctx)) ctx.request.timeout = LONGEST;
});

// An answer that was overtaken, by the socket or by a form's, shows nothing any more.
on("htmx:before:swap", (event) => {
  if (isPoll(event.detail.ctx) && isOvertaken()) event.preventDefault();
});
onSwap(plan);
on("htmx:after:request", ({ detail: { ctx } }) => {
  if (isPoll(ctx)) showConnection("");
});
on("visibilitychange", () => {
  if (isAsking && !document.hidden) ask();
});
