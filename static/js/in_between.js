// What stands between this page and Chat Studio may answer in its place: nothing of that is shown,
// the page stays as it is and says what happened.

import { on } from "./page.js";
import { isPoll, showConnection, tellFailedPoll } from "./polling.js";
import { toast } from "./toasts.js";

const SIGN_IN = "A proxy in front of Chat Studio wants you to sign in there: open this page in "
  + "another tab, then try again here. Nothing was lost.";
const UNREACHABLE = "The server could not be reached. Nothing was lost; please try again.";
const DONE = {
  403: "refused this",
  404: "does not know this address",
  408: "did not wait long enough for this",
  413: "lets nothing this large through",
  429: "lets nothing more through for now",
  504: "did not wait long enough for Chat Studio",
};
const NEXT = {
  413: "send less at once, or have its limit raised (in nginx client_max_body_size)",
  429: "wait a moment, then try again",
};

function sentenceFor(status) {
  if (status < 400 || status === 401 || status === 407) return SIGN_IN;
  const done = DONE[status] ?? (status < 500 ? "did not take this" : "cannot reach it");
  const next = NEXT[status] ?? "try again";
  return `A proxy in front of Chat Studio ${done} (${status}). Nothing was lost; ${next}.`;
}

// We lead no request of htmx elsewhere, so whoever does is not us. Followed, a redirect to another
// website would look like a server that is down.
on("htmx:config:request", ({ detail: { ctx } }) => {
  ctx.request.redirect = "manual";
});

function tell(ctx, sentence) {
  if (isPoll(ctx)) showConnection(sentence);
  else if (ctx.sourceEvent?.type !== "every") toast(sentence);
}

on("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  const { status, headers } = ctx.response;
  if (headers.has("Chat-Studio")) return;
  event.preventDefault();
  tell(ctx, sentenceFor(status));
  // Files that are too large would be too large with the message as well.
  if (status === 413 && ctx.sourceElement.type === "file") ctx.sourceElement.value = "";
});

on("htmx:error", ({ detail: { ctx } }) => {
  if (isPoll(ctx)) tellFailedPoll();
  else if (ctx?.visit) toast(UNREACHABLE);
  else if (ctx && ctx.request.method !== "GET") toast(UNREACHABLE, ctx.sourceElement);
});
