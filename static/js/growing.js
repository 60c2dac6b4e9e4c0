// A running answer grows many times a second, without htmx. Each frame has a number; what is not
// the next is not taken (see `growth` in conversations/showing/frames.py).

import { $, byId } from "./page.js";

const ASK_AGAIN = 3000;

let growing = null;
let askedAt = -ASK_AGAIN;

function articleOf(beginning) {
  const start = `message-${beginning}`;
  if (!growing?.isConnected || !growing.matches(".is-active") || !growing.id.startsWith(start)) {
    growing = $(`.message.is-active[id^="${start}"]`);
  }
  return growing;
}

function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

function blockOf(id, position, number) {
  const key = `${id.slice("message-".length)}-${position}`;
  const shown = byId(`block-${key}-${number}`);
  if (shown) return shown;
  const block = document.createElement("div");
  block.className = "block";
  block.id = `block-${key}-${number}`;
  byId(`part-${key}`).append(block);
  return block;
}

function cut(node, elements, units) {
  let left = elements;
  while (left) {
    if (node.lastChild.nodeType === Node.ELEMENT_NODE) left -= 1;
    node.lastChild.remove();
  }
  for (left = units; left;) {
    const text = node.lastChild;
    const gone = Math.min(left, text.length);
    text.deleteData(text.length - gone, gone);
    if (!text.length) text.remove();
    left -= gone;
  }
}

function append(node, html) {
  const added = parse(html);
  const [last, first] = [node.lastChild, added.firstChild];
  if (last?.nodeType === Node.TEXT_NODE && first?.nodeType === Node.TEXT_NODE) {
    last.appendData(first.data);
    first.remove();
  }
  node.append(added);
}

function change(block, html, path, elements = 0, units = 0) {
  if (html === undefined) {
    while (block.nextSibling) block.nextSibling.remove();
    block.remove();
  } else if (path) {
    let node = block;
    for (const behind of path) {
      node = node.lastElementChild;
      for (let left = behind; left; left -= 1) node = node.previousElementSibling;
    }
    cut(node, elements, units);
    append(node, html);
  } else block.replaceChildren(parse(html));
}

// What does not follow what stands there is asked for as a whole. An article without a number came
// from the rows, in the answer to a form that was slower than the websocket.
export function placeGrowth(frame, askForAll) {
  const [beginning, number, position, ...changes] = JSON.parse(frame);
  const article = articleOf(beginning);
  const missing = article ? number - (article.dataset.shown ?? 0) - 1 : -1;
  if (missing > 0 && performance.now() - askedAt > ASK_AGAIN) {
    askedAt = performance.now();
    askForAll();
  }
  if (missing) return;
  article.dataset.shown = number;
  for (const [block, ...how] of changes) change(blockOf(article.id, position, block), ...how);
}
