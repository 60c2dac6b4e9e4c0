// A connection that stands still looks like one on which nothing happens. While an answer is
// written the server says something every ten seconds, so a longer silence means that it is lost.

import { $, activeMessage, on } from "./page.js";
import { isPoll, showLost } from "./polling.js";

const SILENCE = 15000;
const LISTEN_EVERY = 1000;

let connection = null;
let heardAt = 0;

// The clock goes on while the machine sleeps.
function hear() {
  heardAt = Date.now();
}

on("htmx:ws:before:connection", ({ detail }) => {
  connection = detail.connection;
  hear();
});
on("htmx:ws:before:message:incoming", hear);
on("htmx:after:request", ({ detail: { ctx } }) => {
  if (isPoll(ctx)) hear();
});

// Over a dead line a socket waits a minute for the other side's goodbye.
function connectAgain() {
  if (!connection) return;
  hear();
  clearTimeout(connection.timer);
  connection.attempt = 0;
  connection.socket?.dispatchEvent(new CloseEvent("close", { code: 1006 }));
}

function giveUp() {
  showLost();
  connectAgain();
}

setInterval(() => {
  if (!activeMessage() || document.hidden) hear();
  else if (Date.now() - heardAt > SILENCE) giveUp();
}, LISTEN_EVERY);

// A server on this machine is there without a network.
addEventListener("offline", () => {
  fetch(location, { method: "HEAD", cache: "no-store" }).catch(giveUp);
});
addEventListener("online", () => {
  if ($("#connection")?.textContent) connectAgain();
});
