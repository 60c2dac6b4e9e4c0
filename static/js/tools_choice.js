// The choice of tools is there where the way of answering can use them.

import { $, on, onSwap } from "./page.js";

function fitTools({ target }) {
  const routing = $("#composer-routing");
  if (!/^composer-(routing|profile)$/.test(target.id) || !routing) return;
  const tools = $("#composer-tools");
  const apply = "tools" in routing.selectedOptions[0].dataset;
  tools.disabled = !apply;
  $("#composer-tools-present").disabled = !apply;
  tools.closest("label").title = apply
    ? "On: the model may use tools. Off: no tool is sent."
    : "";
}

on("change", fitTools);
onSwap(fitTools);
