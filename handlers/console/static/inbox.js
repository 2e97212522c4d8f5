/* The inbox in the browser: the list under one's fingers, what others do meanwhile, notifications.

   data-list="?view=..."   on the list: the filter of its address;  data-revision  up to where it shows everything
   data-at-it="T..."       filled with who is at that ticket, viewing or writing (the ticket's page may have one too)
   data-last="123"         beside data-ticket: the newest event on the screen. While there is a newer one, a colleague
                           writes or a reply is on its way, the event "ticket-moved" is sent to that element with every answer of the poll
   data-calls              how often one was called on by name and has not looked
*/
(() => {
  "use strict";
  const { $, all, keys, toast, typing, on, want, mayNotify } = window.desk;
  const SHOWN = 5000, BUSY = 2000, HIDDEN = 30000, REFRESH = 4000, ANYHOW = 120000, WRITING = 12000, UNDER_WAY = 40000;
  const rows = () => all("#rows .row");
  const openNumber = () => $("#detail [data-ticket]")?.dataset.ticket || "";
  let cursor = "", typedAt = 0, tag = "", since = "", wanted = "", refreshedAt = Date.now(), waiting = null, at = {}, moved = {}, my = 0, over = false, drawnAt = Date.now(), stale = false, fetching = false, again = false;
  const told = new Set(); /* this tab goes on where its last page was: what happens meanwhile is told once */
  const HEARD = "desk.heard", LONG_AGO = 600000;
  const heardOf = JSON.parse(sessionStorage.getItem(HEARD) || "{}");
  if (Date.now() - heardOf.at < LONG_AGO) { since = heardOf.since; for (const each of heardOf.told) told.add(each); }

  /* the cursor */
  const rowOf = (number) => document.getElementById(`row-${number}`);
  function point(row, focus = true) {
    if (!row) return;
    for (const each of all(".row.cursor")) each.classList.remove("cursor");
    cursor = row.dataset.number;
    row.classList.add("cursor");
    row.scrollIntoView({ block: "nearest" });
    if (focus) $(".row-link", row).focus({ preventScroll: true });
  }
  function step(by) {
    const found = rows();
    if (!found.length) return false;
    const from = found.findIndex((row) => row.dataset.number === (cursor || openNumber()));
    const next = from < 0 ? (by > 0 ? 0 : found.length - 1) : from + by;
    if (next >= found.length) $(".pager a")?.click();
    point(found[Math.min(found.length - 1, Math.max(0, next))]);
    return true;
  }
  const current = () => rowOf(cursor) || rowOf(openNumber()) || rows()[0];
  keys.j = keys.ArrowDown = () => $("#rows") ? step(1) : false;
  keys.k = keys.ArrowUp = () => $("#rows") ? step(-1) : false;
  keys.o = () => { const row = current(); if (!row) return false; point(row); $(".row-link", row).click(); return true; };
  keys.x = () => { const row = current(), box = row && $(".pick input", row); if (!box) return false; point(row); box.click(); return true; };
  keys.u = () => {
    const back = $("[data-back]");
    if (back && back.getClientRects().length) { back.click(); return true; }
    point(current());
    return true;
  };
  const goes = { m: "mine", s: "tosign", d: "today", y: "yellow", e: "red", h: "callback", f: "free", b: "returned", a: "all" };
  let chord = 0;
  keys.g = () => { chord = Date.now(); return true; };
  document.addEventListener("keydown", (event) => {
    const view = goes[event.key];
    if (!view || !on("keys") || Date.now() - chord > 1200 || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    chord = 0;
    event.preventDefault();
    event.stopImmediatePropagation();
    location.href = `/console/?view=${view}`;
  }, true);

  /* picking for bulk moves */
  let last = null;
  const picked = () => all(".pick input:checked");
  function showPicked() {
    const bar = $("#bulk");
    if (!bar) return;
    for (const row of rows()) row.classList.toggle("picked", !!$(".pick input:checked", row));
    bar.hidden = !picked().length;
    $("[data-picked]", bar).textContent = picked().length;
    const verb = $("[data-bulk-verb]", bar).value;
    for (const field of all("[data-for]", bar)) { field.hidden = !field.dataset.for.split(" ").includes(verb); field.disabled = field.hidden; }
  }
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.(".pick input");
    if (box) {
      const boxes = all(".pick input");
      if (event.shiftKey && last && last.isConnected) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
        for (const each of boxes.slice(from, to + 1)) each.checked = box.checked;
      }
      last = box;
    }
    if (event.target.closest?.("[data-unpick]")) { for (const each of picked()) each.checked = false; showPicked(); }
    const link = event.target.closest?.(".row-link");
    if (link) point(link.closest(".row"), false);
  });
  document.addEventListener("change", (event) => { if (event.target.closest?.(".pick, #bulk")) showPicked(); });

  /* the open ticket */
  function mark() {
    const number = openNumber();
    for (const row of rows()) row.classList.toggle("open", row.dataset.number === number);
    const row = number && rowOf(number);
    if (row) { row.classList.remove("unread"); $(".dot.new", row)?.remove(); }
    const back = $("#detail [data-back]"), list = $("[data-list]");
    if (back && list) back.href = `/console/${list.dataset.list}`;
    if ($("[data-inbox]")) document.body.dataset.pane = number || location.pathname.startsWith("/console/tickets/") ? "detail" : "list";
    showPeople();
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "detail") { $("#main").scrollTop = 0; drawnAt = Date.now(); mark(); beat(); }
    if (event.target.id === "outcome" && !event.target.open) { event.target.showModal(); for (const each of picked()) each.checked = false; refresh(); }
    showPicked();
  });
  document.addEventListener("htmx:afterRequest", (event) => { /* what one did oneself shows in the list at once */
    const { target, requestConfig, successful } = event.detail;
    if (successful && target?.id === "detail" && requestConfig.verb !== "get") refresh();
  });
  document.addEventListener("input", (event) => { if (event.target.matches?.("[data-writing]")) { if (Date.now() - typedAt > WRITING) setTimeout(beat, 50); typedAt = Date.now(); } });

  /* who is at what */
  function showPeople() {
    for (const spot of all("[data-at-it]")) {
      const people = (at[spot.dataset.atIt] || []).filter(([id]) => id !== my);
      const key = JSON.stringify(people);
      if (spot.dataset.key === key) continue;
      spot.dataset.key = key;
      spot.replaceChildren(...people.map(([id, name, writing]) => {
        const made = document.createElement("span");
        made.className = `avatar tone-${id % 8} ${writing ? "writing" : "viewing"}`;
        made.textContent = name.slice(-1);
        made.title = `${name}${writing ? "正在写" : "正在看"}`;
        return made;
      }));
    }
  }

  /* the list as it is now: rows that are the same stay the very elements they are */
  async function refresh() {
    if (fetching) { again = true; return; } /* the other one would be refused */
    fetching = true;
    again = false;
    await renew().finally(() => { fetching = false; });
    if (again) refresh();
  }
  async function renew() {
    const list = $("[data-list]");
    if (!list) return;
    refreshedAt = Date.now();
    stale = false;
    const address = `/console/live${list.dataset.list}&rows=${Math.max(50, rows().length)}`;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) {
      stale = true;
      if (answer?.status === 503) setTimeout(() => { if (stale) refresh(); }, 300 + Math.random() * 700); /* others first */
      return;
    }
    const made = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("ol");
    if (!made) return;
    const fresh = [...made.children], focused = document.activeElement?.closest?.(".row")?.dataset.number, top = $("#rows").scrollTop;
    const ticked = new Set(picked().map((box) => box.value)), known = new Map(rows().map((row) => [row.dataset.number, row]));
    const result = fresh.map((row) => {
      const old = known.get(row.dataset.number);
      if (!old) return row;
      if (old.dataset.html === row.innerHTML && old.className.includes("unread") === row.className.includes("unread")) return old;
      if (old.dataset.html) row.classList.add("changed-row");
      return row;
    });
    fresh.forEach((row, at) => { result[at].dataset.html ||= row.innerHTML; });
    $("#rows").replaceChildren(...result);
    for (const row of result) if (row.isConnected && fresh.includes(row)) window.htmx.process(row);
    for (const box of all(".pick input")) box.checked = ticked.has(box.value);
    $("#rows").scrollTop = top;
    if (cursor) rowOf(cursor)?.classList.add("cursor");
    if (focused && rowOf(focused)) $(".row-link", rowOf(focused)).focus({ preventScroll: true });
    showCounts(made.dataset.counts.trim().split(" ").map((pair) => pair.split("=")));
    $("[data-total]").textContent = made.dataset.total;
    list.dataset.revision = made.dataset.revision;
    mark();
    showPicked();
    document.dispatchEvent(new Event("list-refreshed"));
  }

  function showCounts(counts) {
    for (const [key, count] of counts) {
      const spot = $(`[data-count="${CSS.escape(key)}"]`);
      if (spot) spot.textContent = Number(count) || "";
    }
  }
  /* what the poll says of the list: its counts, and whether its rows are to be had anew */
  function weigh(list, said) {
    showCounts(Object.entries(said.counts));
    if (said.list || said.moved.some(rowOf)) { stale = true; return; }
    const [[, view], ...more] = [...new URLSearchParams(list.dataset.list)];
    if (!more.length) $("[data-total]").textContent = said.counts[view];
    if (!stale) list.dataset.revision = said.revision;
  }

  /* the poll: quicker while somebody is at the same ticket, while one writes, and while something is on its way */
  const others = () => (at[openNumber()] || []).filter(([id]) => id !== my);
  const underWay = () => Date.now() - drawnAt < UNDER_WAY && !!$("#detail .delivery.held, #detail .delivery.sending, #detail .awaited");
  const busy = () => others().length > 0 || Date.now() - typedAt < WRITING || underWay();
  async function beat() {
    clearTimeout(waiting);
    if (over) return;
    waiting = setTimeout(beat, (document.hidden ? HIDDEN : busy() ? BUSY : SHOWN) * (0.9 + Math.random() * 0.2));
    const list = $("[data-list]"), number = openNumber();
    const asked = new URLSearchParams(list?.dataset.list || "");
    asked.set("revision", my ? wanted || list?.dataset.revision || "" : ""); /* the first time everything is news */
    const shown = list?.dataset.revision, more = $("#rows .pager a");
    if (list) { asked.set("shown", shown); if (more) asked.set("end", new URL(more.href).searchParams.get("after")); }
    if (since) asked.set("since", since);
    if (number && !document.hidden) { asked.set("open", number); if (Date.now() - typedAt < WRITING) asked.set("writing", "1"); }
    const known = tag && (!list || stale || shown === wanted); /* else there may be more to hear about the list */
    const answer = await fetch(`/console/poll?${asked}`, { cache: "no-store", headers: { "HX-Request": "true", ...(known ? { "If-None-Match": tag } : {}) } }).catch(() => null);
    if (!answer) return;
    if (answer.status === 401 || answer.status === 403) { over = true; document.dispatchEvent(new Event("login-ended")); toast("登录已经结束，请重新登录", true, location.href); return; }
    if (answer.status === 200) {
      tag = answer.headers.get("ETag") || "";
      const said = await answer.json();
      hear(said);
      if (said.counts && list.isConnected && list.dataset.revision === shown) weigh(list, said); /* else it has been had anew meanwhile */
    }
    lookAtTicket();
    const age = Date.now() - refreshedAt;
    if (list?.isConnected && !document.hidden && !fetching && (stale ? age > REFRESH : age > ANYHOW)) refresh();
  }
  function hear(said) {
    my = said.me;
    at = said.at;
    wanted = said.revision;
    if (said.since !== undefined) since = String(said.since);
    showPeople();
    for (const each of said.known || []) told.add(each);
    for (const each of said.news || []) if (!told.has(each.event)) { told.add(each.event); tell(each); }
    sessionStorage.setItem(HEARD, JSON.stringify({ at: Date.now(), since, told: [...told].slice(-200) }));
    if (said.calls !== undefined) showCalls(said.calls);
    if (said.last) moved = { number: said.open, last: said.last };
  }
  function lookAtTicket() {
    const root = $("#detail [data-ticket]"), number = root?.dataset.ticket;
    if (!root || document.hidden) return;
    const writing = others().some(([, , writes]) => writes) || $("#ticket-news .writing");
    const newer = moved.number === number && moved.last > Number(root.dataset.last);
    if (newer || writing || underWay()) root.dispatchEvent(new Event("ticket-moved"));
    if (newer) moved = {};
  }
  function showCalls(count) {
    const spot = $("[data-calls]");
    if (!spot) return;
    spot.textContent = count || "";
    spot.closest(".view").classList.toggle("view-red", count > 0);
  }
  document.addEventListener("calls", (event) => showCalls(event.detail.count));

  /* being told, if one wants it */
  const WORDS = { new: "来了新工单", assigned: "指派给您", heard: "对方有新消息", mention: "同事提到了您", card: "亮牌了" };
  const alerts = () => on("sound") || on("notifications");
  function tell(news) {
    const words = `${WORDS[news.sort]}：${news.number} ${news.subject}`, to = `/console/tickets/${news.number}`;
    if (news.sort !== "new" || alerts()) toast(words, false, to);
    if (on("sound") && Number(localStorage.getItem("desk.rung") || 0) < news.event) { localStorage.setItem("desk.rung", news.event); ring(); }
    if (on("notifications") && window.Notification?.permission === "granted" && document.hidden) {
      const shown = new Notification(WORDS[news.sort], { body: `${news.number} ${news.subject}`, tag: `desk-${news.event}` });
      shown.onclick = () => { window.focus(); location.href = to; };
    }
  }
  let sound = null;
  function ring() {
    try {
      sound ||= new AudioContext();
      const tone = sound.createOscillator(), volume = sound.createGain();
      tone.frequency.value = 740;
      volume.gain.setValueAtTime(0.08, sound.currentTime);
      volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 0.35);
      tone.connect(volume).connect(sound.destination);
      tone.start();
      tone.stop(sound.currentTime + 0.4);
    } catch { /* no sound here */ }
  }
  const showAlerts = () => { for (const each of all("[data-alerts]")) { each.setAttribute("aria-pressed", alerts()); $("span", each).textContent = alerts() ? "提醒已开" : "提醒"; } };
  document.addEventListener("click", async (event) => {
    if (!event.target.closest?.("[data-alerts]")) return;
    const yes = !alerts(), may = yes && await mayNotify();
    want({ sound: yes, notifications: may });
    showAlerts();
    if (yes) { ring(); toast(may ? "有事会响一声，并在桌面提醒" : "有事会响一声；浏览器没有允许桌面提醒"); }
  });

  function start() {
    for (const row of rows()) row.dataset.html = row.innerHTML;
    wanted = $("[data-list]")?.dataset.revision || "";
    stale = false;
    showAlerts();
    showPicked();
    mark();
    $(".view[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }); /* on a phone they stand in one line */
    const open = rowOf(openNumber());
    if (open) point(open, false);
    beat();
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) beat(); });
  document.addEventListener("htmx:historyRestore", start);
  document.addEventListener("DOMContentLoaded", start);
  window.desk.refresh = refresh;
})();
