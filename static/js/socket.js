// The websocket that brings what is new, and what the page does about its coming and going.

import { placeGrowth } from "./growing.js";
import { $, on, onPage } from "./page.js";
import { shownState, startAsking, stopAsking } from "./polling.js";

const FRAMES_PER_ACK = 16;
const SIGNED_OUT = 4401;

let connected = null;
// After another page was shown: until the server says that what comes is meant for it, frames may
// be of the conversation that was left, and are dropped.
let shows = 0;
let awaited = "";

on("htmx:ws:before:connection", ({ detail: { connection } }) => {
  const { follows, revision, sidebar } = shownState();
  const url = new URL(connection.url);
  const path = follows ? `/ws/chat/${follows}/` : "/ws/chat/";
  url.pathname = url.pathname.replace(/\/ws\/chat\/.*/, path);
  url.searchParams.set("revision", revision);
  url.searchParams.set("sidebar", sidebar);
  connection.url = url.href;
  connection.follows = follows;
});

on("htmx:ws:after:connection", ({ detail: { connection } }) => {
  connection.frames = 0;
  connected = connection;
  awaited = "";
  stopAsking();
  if (connection.follows !== shownState().follows) tellShown();
});

function say(connection, words) {
  if (connection.socket?.readyState === WebSocket.OPEN) connection.socket.send(words);
}

function tellShown() {
  const { follows, revision, sidebar } = shownState();
  shows += 1;
  awaited = `shown ${shows}`;
  say(connected, `show ${shows} ${follows} ${revision} ${sidebar}`);
}

function acknowledge(connection) {
  connection.frames += 1;
  if (connection.frames % FRAMES_PER_ACK === 0) say(connection, `ack ${connection.frames}`);
}

on("htmx:ws:before:message:incoming", (event) => {
  const { connection, message } = event.detail;
  const isGrowth = typeof message.data === "string" && message.data[0] === "[";
  if (!isGrowth && !awaited) return;
  event.preventDefault();
  acknowledge(connection);
  if (awaited) {
    if (message.data === awaited) awaited = "";
    return;
  }
  placeGrowth(message.data, () => say(connection, "lost"));
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
});
on("htmx:ws:after:message:incoming", ({ detail: { connection } }) => acknowledge(connection));

on("htmx:ws:close", ({ detail }) => {
  connected = null;
  // The reload leads to the sign-in page, unless this page is on its way there.
  if (detail.code === SIGNED_OUT) setTimeout(() => location.reload(), 300);
  if (detail.reason === "closed") startAsking();
});

// Send or Stop: the websocket knows the order of things, the answer to the form may be late.
on("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  if (!connected || ctx.target?.id !== "composer") return;
  for (const { fragment } of tasks) {
    $("#composer-action", fragment)?.setAttribute("hx-preserve", "");
  }
});

// A page out of the back-forward cache has lost its websocket and what came meanwhile.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

onPage(() => {
  const socket = $("#socket");
  // htmx may have looked at the page before the websocket extension had arrived.
  if (socket) htmx.process(socket);
  if (connected) tellShown();
  else startAsking();
});
