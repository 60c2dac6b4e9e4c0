// What is typed and not sent outlives the page, apart for each conversation and person.

import { $ } from "./page.js";
import { recall, remember } from "./storage.js";

function draftKey(form) {
  // Who is signed in, where there are accounts.
  const person = $("#actions")?.dataset.person || "";
  return `draft:${person}${form.getAttribute("action")}`;
}

export const readDraft = (form) => recall(draftKey(form)) || "";
export const keepDraft = (form, text) => remember(draftKey(form), text);
