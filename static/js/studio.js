// Comfort on top of pages that work without it: keys, drafts, following the newest text, copying, toasts.
(() => {
  "use strict";
  const root = document.documentElement;
  const $ = (selector, within = document) => within.querySelector(selector);
  const on = (type, handler, options) => document.addEventListener(type, handler, options);
  const box = () => $("#composer-text");
  const say = (sentence) => { if ($("#announcer").textContent !== sentence) $("#announcer").textContent = sentence; };

  // The composer
  const draft = (form, text) => {
    const person = $("#actions")?.dataset.person || ""; // who is signed in, where there are accounts
    const key = `draft:${person}${form.getAttribute("action")}`;
    try {
      if (text === undefined) return localStorage.getItem(key) || "";
      text ? localStorage.setItem(key, text) : localStorage.removeItem(key);
    } catch { return ""; } // storage is full or off
  };
  const grow = (field) => {
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  };
  const fill = (text) => {
    box().value = text;
    grow(box());
    draft(box().form, text);
  };
  on("input", ({ target }) => {
    if (target.tagName === "TEXTAREA") grow(target);
    if (target !== box()) return;
    draft(target.form, target.value);
    follow();
  });
  on("keydown", (event) => {
    if (event.key === "Escape") return leave(event);
    if (event.key !== "Enter" || event.target !== box() || event.isComposing || event.keyCode === 229) return;
    const touch = matchMedia("(hover: none) and (pointer: coarse)").matches;
    if (event.shiftKey || (touch && !event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    if (box().value.trim() && !$(".stop")) box().form.requestSubmit();
  });

  const fitTools = ({ target }) => {
    const routing = $("#composer-routing"), tools = $("#composer-tools");
    if (!/^composer-(routing|profile)$/.test(target.id) || !routing) return;
    const apply = "tools" in routing.selectedOptions[0].dataset;
    tools.disabled = $("#composer-tools-present").disabled = !apply;
    tools.closest("label").title = apply ? "On: the model may use tools. Off: no tool is sent." : "";
  };
  on("change", fitTools);
  on("htmx:after:swap", fitTools);

  // What is typed while a message is on its way goes into the fresh composer.
  let sentText = null, typed = "";
  on("htmx:before:request", ({ target }) => { if (target.id === "composer") sentText = box().value; });
  on("htmx:after:request", ({ target, detail: { ctx } }) => {
    if (target.id !== "composer" || ctx.response.status >= 400) return;
    typed = box().value === sentText ? "" : box().value;
    fill(typed);
    box().removeAttribute("aria-invalid");
    following = true;
  });

  // Following the newest text, unless the person scrolled up
  const sought = () => document.getElementById(location.hash.slice(1))?.closest(".message"); // the page was opened at it
  let following = !location.hash, lastY = 0, queued = false;
  const gap = () => root.scrollHeight - innerHeight - scrollY;
  const showJump = () => { if ($(".jump")) $(".jump").hidden = following; };
  // What scrolls sideways must be reachable by keyboard, and only that should be a tab stop.
  const reach = () => {
    for (const wide of document.querySelectorAll(".block pre, .table-wrap, .block :has(> math)")) {
      if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    }
  };
  const follow = () => {
    if (!following || queued || !$(".message")) return;
    queued = true;
    requestAnimationFrame(() => { queued = false; if (following) scrollTo(0, 1e9); });
  };
  addEventListener("scroll", () => {
    // Going up lets go, even by a pixel; only a page that became shorter still counts as its end.
    following = scrollY < lastY ? gap() < 2 : following || gap() < 40;
    lastY = scrollY;
    showJump();
  }, { passive: true });
  addEventListener("load", () => {
    following = !sought() && (performance.getEntriesByType("navigation")[0]?.type === "navigate" || gap() < 40);
    if (sought()) {
      sought().tabIndex = -1;
      sought().focus({ preventScroll: true });
    }
    follow();
    reach();
  });
  // A page out of the back-forward cache has lost its websocket and what came meanwhile.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // Swaps
  let heldList = null, olderFrom = null, wasActive = false, connected = false;
  const listInUse = () => $("#sidebar-list :is(.menu[open], .rename)");
  const releaseList = () => {
    if (!heldList || listInUse()) return;
    $("#sidebar-list").replaceWith(heldList);
    htmx.process(heldList);
    heldList = null;
  };
  on("htmx:before:swap", ({ detail: { ctx: { sourceElement }, tasks } }) => {
    if (sourceElement.closest(".older")) olderFrom = { height: root.scrollHeight, y: scrollY };
    // Send or Stop: the websocket knows the order of things, the answer to the form may be late.
    if (connected && sourceElement.id === "composer") {
      for (const { fragment } of tasks) $("#composer-action", fragment)?.setAttribute("hx-preserve", "");
    }
    const at = tasks.findIndex(({ target }) => target?.id === "sidebar-list");
    if (at < 0) return;
    // A menu or a title being edited is not pulled away by news of another conversation.
    heldList = sourceElement.id === "socket" && listInUse() ? tasks.splice(at, 1)[0].fragment.firstElementChild : null;
  });
  on("htmx:after:swap", () => {
    if (typed && !box().value) fill(typed);
    typed = "";
    if (olderFrom) scrollTo(0, olderFrom.y + root.scrollHeight - olderFrom.height);
    olderFrom = null;
    follow();
    const status = $(".message.is-active > .message-status");
    if (status) say(status.textContent.trim());
    else {
      if (wasActive) say($("#messages > :last-child > .notice > p")?.textContent || "The answer is complete.");
      reach();
    }
    wasActive = Boolean(status);
  });

  // Failures
  const toast = (text) => {
    const element = document.createElement("div"), line = document.createElement("p");
    element.className = "toast toast-error";
    line.textContent = text;
    element.append(line);
    $("#toasts").append(element);
  };
  const FAILURES = {
    403: "This page is out of date. Reload it and try again.",
    404: "That is no longer there. Reload the page.",
    500: "The server met an error. Nothing was lost; please try again.",
  };
  on("htmx:error", ({ detail: { ctx } }) => {
    if (ctx && ctx.request.method !== "GET") toast("The server could not be reached. Nothing was lost; please try again.");
  });
  on("htmx:response:error", ({ detail: { ctx } }) => {
    const text = FAILURES[Math.min(ctx.response.status, 500)];
    if (text && ctx.request.method !== "GET") toast(text);
  });
  on("animationend", ({ target, animationName }) => { if (animationName === "toast-life") target.remove(); });

  // The websocket
  let late = 0;
  on("htmx:ws:before:connection", ({ detail }) => {
    const url = new URL(detail.connection.url), { revision, sidebar } = $("#page-state").dataset;
    url.searchParams.set("revision", revision);
    url.searchParams.set("sidebar", sidebar);
    detail.connection.url = url.href;
  });
  on("htmx:ws:after:connection", ({ detail }) => { detail.connection.frames = 0; online(); });
  const shown = (connection) => {
    connection.frames += 1;
    if (connection.frames % 8 === 0 && connection.socket?.readyState === 1) connection.socket.send(`ack ${connection.frames}`);
  };
  on("htmx:ws:after:message:incoming", ({ detail: { connection } }) => shown(connection));
  // Blocks of a running answer come many times a second; they hold nothing for htmx, and go to their places without it.
  const BLOCKS = ".block[hx-swap-oob], [id^=block-][hx-swap-oob=delete], [hx-swap-oob^='beforeend:#part-']";
  const place = (html) => {
    if (!/^<div (class="block"|id="block-|hx-swap-oob="beforeend:#part-)/.test(html)) return false;
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const pieces = [...holder.content.children];
    if (!pieces.every((piece) => piece.matches(BLOCKS))) return false;
    for (const piece of pieces) {
      const how = piece.getAttribute("hx-swap-oob"), [, part] = how.split("#"), target = document.getElementById(part || piece.id);
      piece.removeAttribute("hx-swap-oob");
      if (part) target?.append(...piece.childNodes);
      else if (how === "delete") target?.remove();
      else target?.replaceWith(piece);
    }
    return true;
  };
  on("htmx:ws:before:message:incoming", (event) => {
    const { connection, message } = event.detail;
    if (typeof message.data !== "string" || !place(message.data)) return;
    event.preventDefault();
    shown(connection);
    document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  });
  on("htmx:ws:close", ({ detail }) => {
    connected = false;
    // Signed out: the reload leads to the sign-in page, unless this page is on its way there.
    if (detail.code === 4401) setTimeout(() => location.reload(), 300);
    if (detail.reason === "closed") offline();
  });

  // Without it the page asks: every second while an answer is written, now and then otherwise.
  let isDown = false, asked = null;
  const plan = () => {
    if (!isDown) return;
    clearTimeout(late);
    late = setTimeout(ask, $(".message.is-active") && !document.hidden ? 1000 : 10000);
  };
  const ask = async () => {
    const url = new URL($("#socket").dataset.live, location), { revision, version, sidebar } = $("#page-state").dataset;
    const last = $("#messages > .message:last-child")?.id.slice("message-".length) ?? "";
    url.search = new URLSearchParams({ revision, version, sidebar, last });
    asked = revision;
    await htmx.ajax("GET", url.href, { source: "#socket", target: "#socket", swap: "innerHTML swapEmpty:false" });
    plan();
  };
  const online = () => {
    connected = true;
    isDown = false;
    clearTimeout(late);
    late = 0;
    $("#connection").textContent = "";
  };
  const offline = () => {
    if ($("#socket")) late ||= setTimeout(() => { isDown = true; ask(); }, 2000);
  };
  const isPoll = (ctx) => ctx?.sourceElement?.id === "socket" && Boolean(ctx.request);
  // An answer that was overtaken, by the socket or by a form's, shows nothing any more.
  on("htmx:before:swap", (event) => {
    if (isPoll(event.detail.ctx) && (!isDown || asked !== $("#page-state").dataset.revision)) event.preventDefault();
  });
  on("htmx:after:swap", plan);
  on("visibilitychange", () => { if (isDown && !document.hidden) ask(); });
  on("htmx:after:request", ({ detail: { ctx } }) => { if (isPoll(ctx)) $("#connection").textContent = ""; });
  on("htmx:error", ({ detail: { ctx } }) => { if (isPoll(ctx) && isDown) $("#connection").textContent = "Reconnecting…"; });

  // Clicks
  const toClipboard = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea"), focused = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    focused.focus();
  };
  const copy = async (button) => {
    const message = button.closest(".message"), label = $(".label", button) || button;
    await toClipboard(
      button.dataset.copy === "code" ? $("code", button.closest("figure")).textContent
        : ($(".source", message)?.content || $(".part", message)).textContent,
    );
    label.textContent = "Copied";
    say("Copied");
    setTimeout(() => { label.textContent = "Copy"; say(""); }, 2000);
  };
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll(".menu[open]")) if (menu !== except) menu.open = false;
  };
  const closeRename = (form) => {
    const row = form.closest(".conversation");
    form.remove();
    $("a", row).focus();
    releaseList();
  };
  const closeEdit = (form) => {
    const message = form.closest(".message");
    form.remove();
    $("[href$='/edit/']", message).focus();
  };
  const leave = (event) => {
    const form = event.target.closest(".conversation .rename"), edit = event.target.closest(".message .edit"), menu = $(".menu[open]");
    if (!form && !menu && !edit) return;
    event.preventDefault();
    if (edit) return closeEdit(edit);
    if (form) return closeRename(form);
    menu.open = false;
    $("summary", menu).focus();
  };
  on("click", (event) => {
    const hit = (selector) => event.target.closest(selector);
    const button = hit("[data-copy]"), theme = hit("[name=theme]"), rename = hit(".conversation .rename-cancel"), suggestion = hit(".suggestions a"), undo = hit(".toast .button");
    closeMenus(hit(".menu-panel") ? null : hit(".menu"));
    if (button) copy(button);
    if (theme) {
      root.dataset.theme = theme.value;
      for (const each of theme.form.elements.theme) each.setAttribute("aria-pressed", each === theme);
    }
    if (hit(".jump")) {
      following = true;
      showJump();
      follow();
      box().focus({ preventScroll: true });
    }
    if (hit(".message .edit-cancel")) {
      event.preventDefault();
      closeEdit(hit(".edit"));
    }
    if (hit(".message .menu-panel a[hx-get]")) closeMenus();
    if (undo) setTimeout(() => undo.closest(".toast").remove());
    if (rename) {
      event.preventDefault();
      closeRename(rename.closest(".rename"));
    }
    if (suggestion && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      fill(new URL(suggestion.href).searchParams.get("text"));
      box().focus();
    }
  });
  on("toggle", ({ target }) => {
    if (!target.matches(".menu")) return;
    if (target.open) $(".menu-panel", target).scrollIntoView({ block: "nearest" });
    else releaseList();
  }, true);

  on("DOMContentLoaded", () => {
    const field = box(), socket = $("#socket");
    wasActive = Boolean($(".message.is-active"));
    if (field) {
      // A reload between a message's arrival and the reply to its form finds the draft of what is sent.
      const sent = [...document.querySelectorAll(".message-user .part")].at(-1)?.textContent.trim();
      if (sent && draft(field.form).trim() === sent) draft(field.form, "");
      field.value ||= draft(field.form);
      grow(field);
      if (!sought() && matchMedia("(hover: hover)").matches) field.focus({ preventScroll: true });
      if (!sought() && $(".message")) scrollTo(0, 1e9);
    }
    // htmx may have looked at the page before the websocket extension had arrived.
    if (socket) htmx.process(socket);
    offline();
  });
})();
