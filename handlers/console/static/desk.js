/* What the console does in the browser beyond htmx. Everything is delegated from the document: pieces come and go.

   Attributes that pages may use:
   data-key="r"            this single key presses the element, or puts the cursor into it (the first one that is seen)
   data-send               a form that Ctrl+Enter (or Cmd+Enter) sends from any of its fields
   data-submit             a select or checkbox that sends its form when it is changed
   data-dialog="id"        opens <dialog id="...">;  data-close  inside it closes it;  data-opened  on it: it is open at once
   data-focus="id"         leads to that element, which may be out of sight
   data-bytes="2048"       a textarea of at most so many UTF-8 bytes; [data-bytes-of="its id"] tells how many there are
   data-insert="id"        puts the element's data-text into that textarea at the cursor
   data-undo="10"          counts those seconds down in its [data-seconds] and goes away at the end
   data-until="ISO time"   shows the hours and minutes left until then as 36:12 and goes grey after it
   data-choose="name"      puts the element's data-value into the page's field of that name
   data-copy="text"        copies the text
   data-ticket="T..."      stands on the root of an open ticket: colleagues see who is at it
   data-keys-switch        a checkbox that turns single keys on and off;  data-asks-to-notify  one that asks the browser first
   data-left               a form whose fields are there again when a login ended over it and the same person is back
   data-daily="name"       a notice that its [data-daily-close] puts away for the rest of the day
   data-writing            a textarea: while it is typed in, colleagues see "正在写"
*/
(() => {
  "use strict";
  const $ = (query, root = document) => root.querySelector(query);
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const seen = (element) => element.getClientRects().length > 0 && !element.disabled;

  function toast(words, bad = false, to = "") {
    const box = $("#toasts");
    if (!box || !words) return;
    const made = document.createElement(to ? "a" : "p");
    made.className = bad ? "toast bad" : "toast";
    made.textContent = words;
    if (to) made.href = to;
    if (!to) quiet(); /* what was said before is over */
    box.append(made);
    while (box.children.length > 2) box.firstElementChild.remove();
    setTimeout(() => made.remove(), bad ? 8000 : to ? 6000 : 3000);
  }

  const quiet = () => { for (const each of all("#toasts .toast:not(a)")) each.remove(); };

  /* typing: no single key counts while somebody writes or an input method composes */
  const composing = (event) => event.isComposing || event.keyCode === 229;
  const typing = (target) => target.isContentEditable || target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select");

  /* how somebody wants the desk to behave is kept with their account and stands on <body> */
  const on = (name) => document.body.dataset[name] === "on";
  function want(chosen) {
    const sent = new URLSearchParams();
    for (const [name, yes] of Object.entries(chosen)) {
      document.body.dataset[name] = yes ? "on" : "off";
      sent.append("of", name);
      if (yes) sent.append(name, "1");
    }
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers") || "{}") };
    fetch("/console/me/settings", { method: "POST", body: sent, headers })
      .then((answer) => { if (!answer.ok) toast("没有保存，请重试", true); }, () => toast("网络不通，没有保存", true));
  }
  async function mayNotify() {
    if (!window.Notification) return false;
    if (Notification.permission === "default") await Notification.requestPermission();
    return Notification.permission === "granted";
  }

  function press(key) {
    const found = all(`[data-key="${CSS.escape(key)}"]`).find(seen);
    if (!found) return false;
    if (found.matches("input, textarea, select")) { found.focus(); found.select?.(); } else found.click();
    return true;
  }

  const keys = {};
  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.defaultPrevented) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest?.("form[data-send]");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    const menu = event.key === "Escape" && !$("dialog[open]") && $("details.menu[open]");
    if (menu) { shutMenu(menu); event.preventDefault(); return; }
    if (event.key === "Escape" && typing(event.target) && !event.target.closest("dialog")) { event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !on("keys") || $("dialog[open]")) return;
    const done = keys[event.key] ? keys[event.key](event) !== false : press(event.key);
    if (done) event.preventDefault();
  });

  /* notices put away for a day */
  const today = () => new Date().toDateString();
  const dailyOf = (element) => `desk.daily.${element.dataset.daily}`;
  for (const each of all("[data-daily]")) if (localStorage.getItem(dailyOf(each)) === today()) each.remove();
  document.addEventListener("click", (event) => {
    const shut = event.target.closest?.("[data-daily-close]")?.closest("[data-daily]");
    if (shut) { localStorage.setItem(dailyOf(shut), today()); shut.remove(); }
  });

  /* a dialog begins with what is to be typed, not with the button that shuts it */
  function openDialog(dialog) {
    if (!dialog || dialog.open) return;
    dialog.showModal();
    $("input:not([type=hidden], [type=checkbox]), select, textarea", dialog)?.focus();
  }
  function leadTo(place) { place?.focus({ preventScroll: true }); place?.scrollIntoView({ block: "start" }); }
  function shutMenu(menu) { menu.open = false; $("summary", menu).focus(); }

  /* clicks */
  document.addEventListener("click", (event) => {
    const at = (query) => event.target.closest?.(query);
    const opener = at("[data-dialog]");
    if (opener) openDialog(document.getElementById(opener.dataset.dialog));
    if (at("[data-close]")) at("dialog")?.close();
    if (event.target.matches?.("dialog")) event.target.close(); /* its backdrop */
    const leads = at("[data-focus]");
    if (leads) leadTo(document.getElementById(leads.dataset.focus));
    const inserter = at("[data-insert]");
    if (inserter) insert(document.getElementById(inserter.dataset.insert), inserter.dataset.text || "");
    const chooser = at("[data-choose]");
    if (chooser) { const field = $(`form [name="${CSS.escape(chooser.dataset.choose)}"]`); if (field) { field.value = chooser.dataset.value; field.focus(); } }
    const copier = at("[data-copy]");
    if (copier) navigator.clipboard?.writeText(copier.dataset.copy).then(() => toast("已复制"));
    for (const menu of all("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
      else if (at("[data-opens]")) shutMenu(menu); /* a dialog comes, and goes back to where it was asked for */
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-submit]")) event.target.form.requestSubmit();
    const box = event.target;
    if (box.matches?.("[data-keys-switch]")) want({ keys: box.checked });
    if (box.matches?.("[data-asks-to-notify]") && box.checked) mayNotify().then((may) => {
      if (!may) { box.checked = false; toast("浏览器没有允许桌面通知", true); }
    });
  });

  function insert(area, text) {
    if (!area) return;
    area.focus();
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* counters */
  const encoder = new TextEncoder();
  function measure(area) {
    const shown = $(`[data-bytes-of="${CSS.escape(area.id)}"]`);
    if (!shown) return;
    const used = encoder.encode(area.value).length, most = Number(area.dataset.bytes);
    shown.textContent = used > most ? `${used} / ${most} 字节，会分成 ${Math.ceil(used / most)} 条发出` : `${used} / ${most} 字节`;
    shown.classList.toggle("wrong", used > most);
  }
  document.addEventListener("input", (event) => { if (event.target.matches?.("[data-bytes]")) measure(event.target); });

  function tick() {
    const now = Date.now();
    for (const chip of all("[data-until]")) {
      const minutes = Math.floor((Date.parse(chip.dataset.until) - now) / 60000);
      chip.textContent = minutes < 0 ? "已关" : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
      chip.classList.toggle("over", minutes < 0);
    }
    for (const undo of all("[data-undo]")) {
      undo.dataset.end ||= now + Number(undo.dataset.undo) * 1000;
      const left = Math.ceil((undo.dataset.end - now) / 1000);
      if (left <= 0) { undo.remove(); continue; }
      const shown = $("[data-seconds]", undo);
      if (shown) shown.textContent = left;
    }
  }

  function look(root) {
    all("[data-bytes]", root).forEach(measure);
    for (const each of all("[data-keys-switch]", root)) each.checked = on("keys");
    tick();
  }

  /* the login ends while something is written: it stays in this tab for the same person */
  const LEFT = "desk.left.", leftAt = (where) => `${LEFT}${document.body.dataset.me}.${where}`;
  const left = {
    put(where, values) { sessionStorage.setItem(leftAt(where), JSON.stringify(values)); },
    take(where) {
      const found = JSON.parse(sessionStorage.getItem(leftAt(where)) || "null");
      sessionStorage.removeItem(leftAt(where));
      return found;
    },
  };
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status === 401) document.dispatchEvent(new Event("login-ended"));
  });
  document.addEventListener("login-ended", leaveForm);
  function leaveForm() {
    const form = $("form[data-left]");
    if (!form) return;
    const typed = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && value && !["csrf", "once"].includes(name));
    left.put(location.pathname, typed);
  }
  function forgetOthers() { /* whoever sits down at the same machine next does not find it */
    const me = document.body.dataset.me;
    for (const key of Object.keys(sessionStorage))
      if (me && key.startsWith(LEFT) && !key.startsWith(leftAt(""))) sessionStorage.removeItem(key);
  }
  function findLeft() {
    const form = $("form[data-left]"), found = form && left.take(location.pathname);
    if (!found) return;
    for (const [name, value] of found) {
      const field = form.elements[name];
      if (field?.type === "checkbox") field.checked = true; else if (field) field.value = value;
    }
    toast("登录结束前填的放回来了，还没有登记");
  }

  /* htmx */
  document.addEventListener("toast", (event) => toast(event.detail.words ?? event.detail.value, event.detail.bad));
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.requestConfig.verb !== "get") quiet(); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (/\/console\/login/.test(event.detail.xhr.responseURL)) { event.detail.shouldSwap = false; location.reload(); }
  });
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    toast(status === 403 ? "没有权限" : status === 404 ? "没有找到" : "没有办成，请重试", true);
  });
  document.addEventListener("htmx:sendError", () => toast("网络不通，没有办成", true));
  document.addEventListener("htmx:afterSettle", (event) => look(event.target));

  document.addEventListener("DOMContentLoaded", () => { look(document); forgetOthers(); findLeft(); openDialog($("dialog[data-opened]")); setInterval(tick, 1000); });
  window.desk = { $, all, seen, typing, keys, press, toast, insert, on, want, mayNotify, left };
})();
