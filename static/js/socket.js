// The websocket that brings what is new, and what the page does about its coming and going.

import { placeGrowth } from "./growing.js";
import { $, on, onReady } from "./page.js";
import { startAsking, stopAsking } from "./polling.js";

const FRAMES_PER_ACK = 16;
const SIGNED_OUT = 4401;

let isConnected = false;

on("htmx:ws:before:connection", ({ detail: { connection } }) => {
  const { revision, sidebar } = $("#page-state").dataset;
  const url = new URL(connection.url);
  url.searchParams.set("revision", revision);
  url.searchParams.set("sidebar", sidebar);
  connection.url = url.href;
});

on("htmx:ws:after:connection", ({ detail: { connection } }) => {
  connection.frames = 0;
  isConnected = true;
  stopAsking();
});

function say(connection, words) {
  if (connection.socket?.readyState === WebSocket.OPEN) connection.socket.send(words);
}

function acknowledge(connection) {
  connection.frames += 1;
  if (connection.frames % FRAMES_PER_ACK === 0) say(connection, `ack ${connection.frames}`);
}

on("htmx:ws:before:message:incoming", (event) => {
  const { connection, message } = event.detail;
  if (typeof message.data !== "string" || message.data[0] !== "[") return;
  event.preventDefault();
  acknowledge(connection);
  placeGrowth(message.data, () => say(connection, "lost"));
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
});
on("htmx:ws:after:message:incoming", ({ detail: { connection } }) => acknowledge(connection));

on("htmx:ws:close", ({ detail }) => {
  isConnected = false;
  // The reload leads to the sign-in page, unless this page is on its way there.
  if (detail.code === SIGNED_OUT) setTimeout(() => location.reload(), 300);
  if (detail.reason === "closed") startAsking();
});

// Send or Stop: the websocket knows the order of things, the answer to the form may be late.
on("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  if (!isConnected || ctx.sourceElement.id !== "composer") return;
  for (const { fragment } of tasks) {
    $("#composer-action", fragment)?.setAttribute("hx-preserve", "");
  }
});

// A page out of the back-forward cache has lost its websocket and what came meanwhile.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

onReady(() => {
  const socket = $("#socket");
  // htmx may have looked at the page before the websocket extension had arrived.
  if (socket) htmx.process(socket);
  startAsking();
});
