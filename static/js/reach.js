// Reaching everything without a mouse and without seeing: keys, focus that is never lost, answers said by sentence.
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const on = (type, handler, options) => document.addEventListener(type, handler, options);
  const focus = (element) => {
    if (!element) return;
    if (!element.matches("a, button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
    element.focus();
  };

  // Focus: what is exchanged while it has the focus gives it to what takes its place.
  let held = null, heldIn = null;
  on("focusin", ({ target }) => [held, heldIn] = [target, target.closest(".message")?.id]);
  on("pointerdown", () => setTimeout(() => { if (document.activeElement === document.body) held = null; }));
  const sameRow = (row) => {
    const list = row.closest("#sidebar-list") ?? row.parentElement, link = $("a", row)?.getAttribute("href");
    const rows = [...document.querySelectorAll("#sidebar-list .conversation-link")];
    const at = [...(list?.querySelectorAll(".conversation-link") ?? [])].indexOf($(".conversation-link", row));
    return rows.find((each) => each.getAttribute("href") === link) ?? rows[Math.min(at, rows.length - 1)];
  };
  const visible = (element) => element?.checkVisibility() && element;
  const heir = (lost) => {
    const row = lost.closest(".conversation");
    return (lost.id && visible(document.getElementById(lost.id)))
      || (row && visible(sameRow(row)))
      || (heldIn && (document.getElementById(heldIn) ?? $("#messages > .message:last-child")))
      || (lost.closest(".older") && $("#messages > .message"))
      || visible($("#composer-text")) || $("#main");
  };
  new MutationObserver(() => {
    if (!held || held.isConnected || document.activeElement !== document.body) return;
    const lost = held;
    held = null;
    focus(heir(lost));
  }).observe(document.documentElement, { childList: true, subtree: true });

  // Keys
  const SINGLE = "single-keys";
  const singleKeys = (value) => {
    try {
      if (value === undefined) return localStorage.getItem(SINGLE) !== "off";
      value ? localStorage.removeItem(SINGLE) : localStorage.setItem(SINGLE, "off");
    } catch { return true; } // storage is off
  };
  const isTyping = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  const step = (by) => {
    const all = [...document.querySelectorAll("#messages > .message")];
    const here = all.indexOf(document.activeElement.closest(".message"));
    const next = all[here < 0 ? all.length - 1 : here + by];
    focus(next);
    next?.scrollIntoView({ block: "nearest" });
  };
  const alongMenu = (event) => {
    const menu = event.target.closest(".menu[open]"), steps = { ArrowDown: 1, ArrowUp: -1 };
    if (!menu || !(event.key in steps)) return false;
    const items = [...menu.querySelectorAll(".menu-panel > *")], at = items.indexOf(document.activeElement);
    event.preventDefault();
    focus(items.at((at < 0 && event.key === "ArrowUp" ? 0 : at) + steps[event.key]) ?? items[0]);
    return true;
  };
  const alongHits = (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 }, all = [...document.querySelectorAll("#search-text, .hit-link, .hits-more > a")];
    const at = all.indexOf(event.target);
    if (at < 0 || !all[at + steps[event.key]]) return false;
    event.preventDefault();
    focus(all[at + steps[event.key]]);
    return true;
  };
  const toSearch = () => {
    const box = $("#search-text");
    if (!box) return $(".search-link").click();
    box.focus();
    box.select();
  };
  const openKeys = async () => {
    const dialog = $("#keyboard"), place = $(".keys-place", dialog);
    if (!place.firstElementChild) await htmx.ajax("GET", dialog.dataset.from, { target: place, swap: "innerHTML" });
    showSingle();
    if (!dialog.open) dialog.showModal();
  };
  const showSingle = () => { for (const box of document.querySelectorAll("[data-single-keys]")) box.checked = singleKeys(); };
  const letters = { "/": () => focus($("#composer-text")), j: () => step(1), k: () => step(-1), "?": openKeys };
  on("keydown", (event) => {
    const { key, target, isComposing } = event, command = event.ctrlKey || event.metaKey;
    if (event.defaultPrevented || isComposing || alongMenu(event) || alongHits(event)) return;
    if (command && event.shiftKey && !event.altKey && key.toLowerCase() === "o") {
      event.preventDefault();
      $(".new-chat").click();
    } else if (command && !event.shiftKey && !event.altKey && key.toLowerCase() === "k") {
      event.preventDefault();
      toSearch();
    } else if (key === "Escape") {
      const open = $("dialog[open], :popover-open, .menu[open]") ?? isTyping(target)?.closest(".rename");
      if (!open && $(".stop")) $(".stop").click();
    } else if (letters[key] && !command && !event.altKey && singleKeys() && !isTyping(target) && !$("dialog[open]")) {
      event.preventDefault();
      letters[key]();
    }
  });
  on("click", (event) => {
    if (!event.target.closest("a[data-keyboard]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openKeys();
  });
  on("close", ({ target }) => {
    if (target.id === "keyboard" && !visible(document.activeElement)) focus(visible($("#composer-text")) || $("#main"));
  }, true);
  on("change", ({ target }) => { if (target.matches("[data-single-keys]")) singleKeys(target.checked); });

  // Answers by sentence, no faster than they can be spoken; a page out of sight says nothing.
  const PER_CHARACTER = 55, SHORTEST = 1200, LONGEST_END = 400;
  const CATCHING_UP = 1500;  // a page that comes to a running answer is sent what its rows do not hold yet
  let article = null, said = 0, quietUntil = 0, waiting = 0, caughtUp = 0;
  const spoken = (block) => {
    const figure = $("figure.code", block);
    return figure ? "(code)" : block.textContent.trim().replace(/\s+/g, " ");
  };
  const textOf = (message, complete) => {
    const blocks = [...message.querySelectorAll(".part-text > .block")];
    const texts = blocks.map(spoken);
    const last = texts.pop() ?? "";
    const finished = complete ? last : last.slice(0, (last.match(/^.*[.!?…。！？](?=\s)/su) ?? [""])[0].length);
    return [...texts, finished].filter(Boolean).join("\n");
  };
  const next = (text) => text.slice(said).match(/^\s*.+?(?:[.!?…。！？]+(?=\s|$)|\n|$)/su)?.[0] ?? "";
  const utter = (text) => {
    if (text.trim()) $("#speech").textContent = text.trim();
    quietUntil = performance.now() + Math.max(SHORTEST, text.length * PER_CHARACTER);
  };
  const speak = () => {
    waiting = 0;
    const active = $(".message.is-active");
    if (active && active.id !== article) [article, said] = [active.id, textOf(active, false).length];
    const message = article && document.getElementById(article);
    if (!message) article = null;
    if (!article || document.hidden) return;
    if (message !== active) {
      const rest = textOf(message, true).slice(said);
      if (rest.length <= LONGEST_END) utter(rest);
      article = null;
    } else if (performance.now() >= quietUntil) {
      const sentence = next(textOf(message, false));
      said += sentence.length;
      if (sentence) utter(sentence);
    }
    if (article) waiting = setTimeout(speak, Math.max(250, quietUntil - performance.now()));
  };
  on("htmx:after:swap", () => {
    const active = $(".message.is-active");
    if (active && !article) [article, said] = [active.id, 0];
    if (active && performance.now() < caughtUp) said = textOf(active, false).length;
    if (article && !active) clearTimeout(waiting), speak();
    else if (article && !waiting) waiting = setTimeout(speak, 250);
  });

  // Files that are dropped on the page or pasted into the message go the way of those that are picked.
  const field = () => $("#composer-file");
  const mark = (is) => field()?.form.classList.toggle("is-dropping", is);
  const holdsFiles = ({ dataTransfer }) => field() && dataTransfer?.types.includes("Files");
  const take = (event, files) => {
    event.preventDefault();
    field().files = files;
    field().dispatchEvent(new Event("change", { bubbles: true }));
  };
  on("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  on("dragleave", ({ relatedTarget }) => { if (!relatedTarget) mark(false); });
  on("drop", (event) => {
    if (!holdsFiles(event)) return;
    mark(false);
    take(event, event.dataTransfer.files);
  });
  on("paste", (event) => {
    const { files, types } = event.clipboardData;
    // Office programs put a picture of copied text beside the text.
    if (files.length && !types.includes("text/plain") && event.target.id === "composer-text") take(event, files);
  });

  on("DOMContentLoaded", () => {
    const active = $(".message.is-active");
    if (active) {
      [article, said] = [active.id, textOf(active, false).length];
      quietUntil = caughtUp = performance.now() + CATCHING_UP;
    }
    showSingle();
  });
})();
