// Answers said by sentence, no faster than they can be spoken; a page out of sight says nothing.

import { $, $$, activeMessage, byId, onPage, onSwap } from "./page.js";

const PER_CHARACTER = 55;
const SHORTEST = 1200;
const LONGEST_END = 400;
const LOOK_AGAIN = 250;
// A page that comes to a running answer is sent what its rows do not hold yet.
const CATCHING_UP = 1500;

const FINISHED = /^.*[.!?…。！？](?=\s)/su;
const SENTENCE = /^\s*.+?(?:[.!?…。！？]+(?=\s|$)|\n|$)/su;

// The id of the message that is said, and how many of its characters are.
let article = null;
let said = 0;
let quietUntil = 0;
let caughtUpAt = 0;
let waiting = 0;

function spokenText(block) {
  if ($("figure.code", block)) return "(code)";
  const label = $("button", block)?.textContent ?? "";
  return block.textContent.replaceAll(label, "").trim().replace(/\s+/g, " ");
}

// Of a block that is being written only the finished sentences.
function textOf(message, isComplete) {
  const texts = $$(".part-text > .block", message).map(spokenText);
  const last = texts.pop() ?? "";
  texts.push(isComplete ? last : (last.match(FINISHED)?.[0] ?? ""));
  return texts.filter(Boolean).join("\n");
}

function utter(text) {
  if (text.trim()) $("#speech").textContent = text.trim();
  quietUntil = performance.now() + Math.max(SHORTEST, text.length * PER_CHARACTER);
}

function sayNextSentence(message) {
  const sentence = textOf(message, false).slice(said).match(SENTENCE)?.[0] ?? "";
  said += sentence.length;
  if (sentence) utter(sentence);
}

function sayTheRest(message) {
  const rest = textOf(message, true).slice(said);
  if (rest.length <= LONGEST_END) utter(rest);
  article = null;
}

function speakFrom(message, start) {
  article = message.id;
  said = start;
}

function speak() {
  waiting = 0;
  const active = activeMessage();
  if (active && active.id !== article) speakFrom(active, textOf(active, false).length);
  const message = article && byId(article);
  if (!message) article = null;
  if (!article || document.hidden) return;
  if (message !== active) sayTheRest(message);
  else if (performance.now() >= quietUntil) sayNextSentence(message);
  if (article) waiting = setTimeout(speak, Math.max(LOOK_AGAIN, quietUntil - performance.now()));
}

onSwap(() => {
  const active = activeMessage();
  if (active && !article) speakFrom(active, 0);
  if (active && performance.now() < caughtUpAt) said = textOf(active, false).length;
  if (article && !active) {
    clearTimeout(waiting);
    speak();
  } else if (article && !waiting) waiting = setTimeout(speak, LOOK_AGAIN);
});

onPage(() => {
  const active = activeMessage();
  clearTimeout(waiting);
  waiting = 0;
  article = null;
  if (!active) return;
  speakFrom(active, textOf(active, false).length);
  caughtUpAt = performance.now() + CATCHING_UP;
  quietUntil = caughtUpAt;
});
