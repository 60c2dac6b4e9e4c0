// An image in a message is looked at beside the conversation.

import { $, onClick, opensElsewhere } from "./page.js";

onClick(".message .attachment-image", (link, event) => {
  const box = $("#lightbox");
  if (opensElsewhere(event) || !box) return;
  event.preventDefault();
  $("img", box).src = $("a", box).href = link.href;
  $("h2", box).textContent = $(".attachment-name", link).textContent;
  $("p", box).textContent = $(".attachment-facts", link).textContent;
  box.showModal();
});
