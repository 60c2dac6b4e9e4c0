// Blocks of a running answer come many times a second; they hold nothing for htmx, and go to
// their places without it.

import { byId } from "./page.js";

const BEGINNING = /^<div (class="block"|id="block-|hx-swap-oob="beforeend:#part-)/;
const BLOCK =
  ".block[hx-swap-oob], [id^=block-][hx-swap-oob=delete], [hx-swap-oob^='beforeend:#part-']";

// Whether the frame was nothing but blocks; one with more in it is htmx's.
export function placeBlocks(html) {
  if (!BEGINNING.test(html)) return false;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const pieces = [...holder.content.children];
  if (!pieces.every((piece) => piece.matches(BLOCK))) return false;
  pieces.forEach(placeBlock);
  return true;
}

function placeBlock(piece) {
  const how = piece.getAttribute("hx-swap-oob");
  const part = how.split("#")[1];
  const target = byId(part || piece.id);
  piece.removeAttribute("hx-swap-oob");
  if (part) target?.append(...piece.childNodes);
  else if (how === "delete") target?.remove();
  else target?.replaceWith(piece);
}
