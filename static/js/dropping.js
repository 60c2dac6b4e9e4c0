// Files that are dropped on the page or pasted into the message go the way of those that are
// picked.

import { $, messageBox, on } from "./page.js";

const filesField = () => $("#composer-file");
const holdsFiles = ({ dataTransfer }) => filesField() && dataTransfer?.types.includes("Files");

function markDropping(is) {
  filesField()?.form.classList.toggle("is-dropping", is);
}

function takeFiles(event, files) {
  event.preventDefault();
  filesField().files = files;
  filesField().dispatchEvent(new Event("change", { bubbles: true }));
}

on("dragover", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  markDropping(true);
});

on("dragleave", ({ relatedTarget }) => {
  if (!relatedTarget) markDropping(false);
});

on("drop", (event) => {
  if (!holdsFiles(event)) return;
  markDropping(false);
  takeFiles(event, event.dataTransfer.files);
});

on("paste", (event) => {
  const { files, types } = event.clipboardData;
  // Office programs put a picture of copied text beside the text.
  if (!files.length || types.includes("text/plain")) return;
  if (event.target === messageBox()) takeFiles(event, files);
});
