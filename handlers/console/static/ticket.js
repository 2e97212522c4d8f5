/* The page of a ticket: tabs of the composer, replies in stock and colleagues to pick, citing, drafts kept on the server.

   data-tab="answer"       shows the form that writes it;  data-opens="step"  shows the dialog once htmx has filled it
   .composer.compact       one line, until a tab is chosen or a suggestion taken; Escape in an empty text brings it back
   data-suggest="1"        puts its data-text into the reply and cites its data-id, if it has one; Alt+1 does it too
   .pick-list[data-trigger="/"]   opens while the word at the cursor begins so; data-pick="/" opens it from a button
   form[data-draft]        its text is kept on the server while it is written
*/
(() => {
  "use strict";
  const { $, all, insert } = window.desk;
  const REPLIES = ["answer", "interim", "ask"];
  const KEEP = 2000, PATIENCE = 10000; /* ms of quiet before a draft is kept; ms until that is given up */
  const SMALL = 20000; /* characters that browsers still send when the page goes */
  const openTab = (root) => (root.classList.contains("compact") ? "" : $('[aria-selected="true"]', root)?.dataset.tab ?? "");
  const kindOf = (name) => (REPLIES.includes(name) ? "reply" : name);
  const composing = (event) => event.isComposing || event.keyCode === 229;

  /* tabs */
  function choose(name, focus = true) {
    const root = $("#composer"), tab = root && $(`[data-tab="${CSS.escape(name)}"]`, root);
    if (!tab) return;
    root.classList.remove("compact");
    for (const each of all("[data-tab]", root)) each.setAttribute("aria-selected", String(each === tab));
    const kind = kindOf(name);
    for (const form of all("form.write", root)) {
      form.hidden = form.dataset.kind !== kind;
      if (!form.hidden) {
        form.elements.tab.value = name;
        for (const each of all("[data-only]", form)) each.hidden = each.dataset.only !== name;
        if (focus) form.elements.text.focus();
      }
    }
    for (const each of all("[data-for]", root)) each.hidden = each.dataset.for !== kind;
    const into = $("form.write:not([hidden]) .loose-files", root), from = all(".loose", root); /* files go with whatever is sent next */
    if (into && from.length) into.replaceChildren(...from);
    if (kind === "reply") sessionStorage.setItem(kindAt(), name);
  }
  const kindAt = () => `desk.reply.${$("#composer")?.dataset.here}`; /* which kind of reply is being written there */

  /* what is written stays when the pane is drawn anew; what was sent is the server's to show */
  let kept = null;
  function hold(root, sent) {
    const area = document.activeElement?.closest?.(".composer textarea");
    const forms = all("form.write", root).filter((form) => form.dataset.kind !== sent?.dataset.kind);
    const tab = openTab(root);
    const fields = ["text", "materials", "cites", "stocked", "outcome"];
    return {
      here: root.dataset.here,
      forms: forms.map((form) => [form.dataset.kind, fields.filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value])]),
      tab: kindOf(tab) === sent?.dataset.kind ? "" : tab,
      at: forms.includes(area?.form) ? [area.form.dataset.kind, area.name, area.selectionStart, area.selectionEnd] : null,
    };
  }
  function giveBack(root) {
    if (!root || kept?.here !== root.dataset.here) return;
    for (const [kind, values] of kept.forms) {
      const form = !(kind === "reply" && $(".stranded", root)) && $(`form.write.${kind}`, root);
      for (const [name, value] of form ? values : []) if (value && value !== "[]" && form.elements[name]) form.elements[name].value = value;
      if (form?.elements.text.value && !$("[data-size]", form).textContent.trim()) keep(form); /* which tells its length */
    }
    if (kept.tab && kept.tab !== openTab(root)) choose(kept.tab, false); /* opened while this was on its way */
    const box = kept.loose && $("form.write:not([hidden]) .loose-files", root);
    if (box) { box.replaceChildren(...kept.loose); window.htmx.process(box); }
    if (kept.at) {
      const [kind, name, from, to] = kept.at, area = $(`form.write.${kind}:not([hidden])`, root)?.elements[name];
      if (area && !root.classList.contains("compact")) { area.focus(); area.setSelectionRange(from, to); }
    }
    kept = null;
  }

  /* out of the way again when nothing has been begun */
  function rest() {
    const root = $("#composer");
    const begun = all("textarea", root).some((area) => area.value.trim()) || $(".loose, .news, .stranded", root);
    root.classList.toggle("compact", !begun);
  }

  /* citing */
  const listed = (input) => { try { return JSON.parse(input.value); } catch { return []; } };
  function shown(form) {
    const box = $("[data-cited]", form), ids = form.elements.cites && listed(form.elements.cites);
    if (!box || !ids) return;
    box.replaceChildren(...(ids.length ? ["发出时附出处："] : []), ...ids.map((id) => {
      const chip = document.createElement("button");
      chip.type = "button"; chip.className = "chip info plain"; chip.dataset.uncite = id; chip.title = "不引用了";
      chip.textContent = `${$(`[data-id="${CSS.escape(id)}"]`)?.dataset.question || JSON.parse(box.dataset.cited)[id] || id} ×`;
      return chip;
    }));
    box.hidden = !ids.length;
  }
  function suggest(button) {
    const tab = $('#composer [aria-selected="true"]')?.dataset.tab;
    if (!REPLIES.includes(tab)) choose("answer", false);
    const form = $("form.write.reply");
    if (!form || form.hidden) return;
    $("#composer").classList.remove("compact");
    const ids = listed(form.elements.cites), text = form.elements.text;
    if (button.dataset.id && !ids.includes(button.dataset.id)) form.elements.cites.value = JSON.stringify([...ids, button.dataset.id]);
    insert(text, (text.value && !text.value.endsWith("\n") ? "\n" : "") + button.dataset.text);
    shown(form);
  }

  /* picking from a list while writing */
  let opened = null;
  function word(area, trigger) {
    const before = area.value.slice(0, area.selectionStart);
    const at = before.lastIndexOf(trigger);
    if (at < 0 || before.length - at > 20 || /\s/.test(before.slice(at))) return null;
    if (trigger === "/" && at > 0 && !/\s/.test(before[at - 1])) return null;
    return { at, said: before.slice(at + 1) };
  }
  function look(area, list, said) {
    let first = null;
    for (const option of all("[role=option]", list)) {
      option.hidden = said !== "" && !option.textContent.includes(said);
      option.setAttribute("aria-selected", "false");
      if (!option.hidden && !first) first = option;
    }
    list.hidden = !first;
    first?.setAttribute("aria-selected", "true");
    opened = first ? { area, list } : null;
  }
  function shut() { if (opened) { opened.list.hidden = true; opened = null; } }
  function take(option) {
    const { area, list } = opened, form = area.form, found = word(area, list.dataset.trigger);
    if (found) area.setSelectionRange(found.at, area.selectionStart);
    insert(area, option.dataset.text);
    if (option.dataset.stock && form.elements.stocked) {
      form.elements.stocked.value = JSON.stringify([...listed(form.elements.stocked), option.dataset.stock]);
    }
    shut();
  }
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!area.matches?.("form.write textarea[name=text]")) return;
    shown(area.form);
    keep(area.form);
    if (event.isComposing) return;
    const list = $(".pick-list", area.form), found = list && word(area, list.dataset.trigger);
    if (found) look(area, list, found.said); else shut();
  });
  document.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    if (event.altKey && !event.ctrlKey && /^Digit[1-3]$/.test(event.code)) {
      const button = $(`[data-suggest="${event.code.at(-1)}"]`);
      if (button) { event.preventDefault(); suggest(button); }
      return;
    }
    const tab = event.target.closest?.("[data-tab]");
    if (tab && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      const tabs = all("[data-tab]", tab.parentElement), step = event.key === "ArrowRight" ? 1 : tabs.length - 1;
      tabs[(tabs.indexOf(tab) + step) % tabs.length].focus();
      event.preventDefault();
      return;
    }
    if (event.key === "Escape" && !opened && event.target.matches?.(".composer textarea")) rest();
    if (!opened || event.target !== opened.area || event.ctrlKey || event.metaKey) return;
    const options = all("[role=option]", opened.list).filter((each) => !each.hidden);
    const at = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = options[(at + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length];
      options[at]?.setAttribute("aria-selected", "false");
      next.setAttribute("aria-selected", "true");
      next.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" || event.key === "Tab") take(options[at]);
    else if (event.key === "Escape") shut();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  /* The login has ended: what the server would not keep stays in this tab for the same person, until they are back. */
  const LEFT = ["tab", "text", "materials", "cites", "stocked", "outcome"];
  let ended = false;
  const leftAt = (form) => `${form.closest("#composer").dataset.here}.${form.dataset.kind}`;
  function leave(form) {
    ended = true;
    drop(form);
    const values = LEFT.filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value]);
    if (!form.elements.text.value.trim()) { window.desk.left.take(leftAt(form)); return; }
    window.desk.left.put(leftAt(form), values);
    $("[data-size]", form).textContent = "登录已经结束，写的先留在这里，重新登录后接着写";
  }
  function findLeft(root) {
    for (const form of all("form.write", root)) {
      const left = window.desk.left.take(leftAt(form));
      if (!left || new Map(left).get("text") === form.elements.text.value) continue;
      for (const [name, value] of left) if (name !== "tab" && form.elements[name]) form.elements[name].value = value;
      choose(new Map(left).get("tab"), false);
      keep(form);
      window.desk.toast("登录结束前写的放回来了，还没有发");
    }
  }

  /* drafts */
  const waiting = new Map(), saving = new Map(); /* forms to be kept; where something is being kept, and until when */
  function keep(form) {
    if (ended) { leave(form); return; }
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => save(form), KEEP));
  }
  function drop(form) { clearTimeout(waiting.get(form)); waiting.delete(form); }
  function save(form, last = false) { /* one after the other: what was written last stays */
    drop(form);
    const here = form.closest("#composer")?.dataset.here, where = `${here} ${form.dataset.draft}`;
    if (!here) return;
    const before = last ? null : saving.get(where), done = before ? before.then(() => send(form, here)) : send(form, here);
    const until = done.finally(() => { if (saving.get(where) === until) saving.delete(where); });
    saving.set(where, until);
  }
  async function send(form, here) {
    const body = new FormData(), stop = new AbortController(), bell = setTimeout(() => stop.abort(), PATIENCE);
    body.set("draft", form.dataset.draft);
    for (const name of ["text", "seen", "cites", "csrf"]) if (form.elements[name]) body.set(name, form.elements[name].value);
    try {
      const answer = await fetch(`${here}/draft`, { method: "POST", body, keepalive: body.get("text").length < SMALL, signal: stop.signal, headers: { "HX-Request": "true" } });
      if (answer.ok && form.isConnected) $("[data-size]", form).innerHTML = await answer.text();
      else if (answer.status === 401 && form.isConnected) leave(form);
      else if (!answer.ok) unsaved(form, answer.status >= 500);
    } catch { unsaved(form, true); } finally { clearTimeout(bell); }
  }
  function unsaved(form, again) {
    if (!form.isConnected) return;
    $("[data-size]", form).textContent = again ? "草稿还没存上，过一会儿再存" : "草稿还没存上";
    if (again && !waiting.has(form)) waiting.set(form, setTimeout(() => save(form), 2 * KEEP));
  }
  function settle() { for (const form of [...waiting.keys()]) save(form, true); }
  addEventListener("beforeunload", settle); /* before the next page is asked for, which shows the draft */
  addEventListener("pagehide", settle); /* what goes without asking: a phone that puts the browser away */

  /* clicks */
  document.addEventListener("click", (event) => {
    const at = (query) => event.target.closest?.(query);
    const tab = at("[data-tab]");
    if (tab) { event.preventDefault(); choose(tab.dataset.tab); }
    const suggested = at("[data-suggest]");
    if (suggested) { event.preventDefault(); suggest(suggested); }
    const cited = at("[data-uncite]");
    if (cited) {
      const form = cited.form;
      form.elements.cites.value = JSON.stringify(listed(form.elements.cites).filter((id) => id !== cited.dataset.uncite));
      shown(form);
      keep(form);
    }
    const picker = at("[data-pick]");
    const option = at(".pick-list [role=option]");
    if (option && opened) take(option);
    else if (picker) { const form = picker.form; form.elements.text.focus(); look(form.elements.text, $(".pick-list", form), ""); }
    else if (opened && !at(".pick-list")) shut();
  });

  /* files: sent at once, shown beside the draft */
  let filed = 0; /* how often it was told which there are */
  document.addEventListener("change", async (event) => {
    const input = event.target;
    if (!input.matches?.("[data-attach]") || !input.files.length) return;
    const form = input.form, body = new FormData();
    for (const file of input.files) body.append("upload", file);
    body.set("csrf", form.elements.csrf.value);
    input.value = "";
    try {
      const answer = await fetch(`${$("#composer").dataset.here}/attach`, { method: "POST", body, headers: { "HX-Request": "true" } });
      const box = $("#composer form.write:not([hidden]) .loose-files");
      if (answer.ok || answer.status === 422) { box.innerHTML = await answer.text(); window.htmx.process(box); filed += 1; }
      else window.desk.toast(answer.status === 413 ? "文件太大，最多 10 MB" : "文件没传上去", true);
    } catch { window.desk.toast("网络不通，文件没传上去", true); }
  });

  /* htmx */
  document.addEventListener("htmx:confirm", (event) => { /* what is written is kept first: the pane that comes shows it */
    const { target, elt, question, issueRequest } = event.detail, sent = elt.closest("form.write");
    if (target?.id !== "detail" || question) return;
    if (sent) drop(sent); /* what is sent is no draft any more, and must not become one after it */
    else for (const form of [...waiting.keys()]) save(form);
    if (!saving.size) return;
    event.preventDefault();
    Promise.all([...saving.values()]).then(() => issueRequest(true));
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const root = $("#composer"), { target, elt, path, parameters } = event.detail;
    if (target?.id !== "detail" || !root || root.classList.contains("compact") || !path.startsWith(root.dataset.here)) return;
    if (elt.matches("form.write") || path.endsWith("/recall")) return;
    parameters.tab = openTab(root);
  });
  const leaveAll = () => all("#composer form.write").forEach(leave);
  document.addEventListener("login-ended", leaveAll);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig } = event.detail, root = $("#composer");
    if (target.id !== "detail") return;
    const sent = requestConfig.elt.closest("form.write");
    if (sent && event.detail.xhr.status < 300) sessionStorage.removeItem(kindAt());
    kept = root && !requestConfig.path.endsWith("/recall") ? hold(root, sent) : null;
    if (kept && !sent && requestConfig.filed !== filed) kept.loose = all(".loose", root); /* told after the pane was asked for */
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest?.("form.write"), { target, requestConfig } = event.detail;
    if (form) drop(form);
    else if (target?.id === "detail") settle();
    requestConfig.filed = filed;
  });
  function arrived(root) {
    const line = $("#timeline", root);
    if (line) follow(line);
    giveBack($("#composer", root));
    const writes = $("form.write.reply:not([hidden])", root), kind = sessionStorage.getItem(kindAt());
    if (writes?.elements.text.value && kind && writes.elements.tab.value !== kind && !/[?&]tab=/.test(location.search)) choose(kind, false);
    if (root === document && $("#composer")) findLeft($("#composer"));
    all("form.write", root).forEach(shown);
    $("dialog[data-open]", root)?.showModal();
  }
  /* what is at the end stays at the end: the composer grows, pictures come */
  function follow(line) {
    const end = () => { line.scrollTop = line.scrollHeight; };
    const fresh = $(".item.new", line);
    let atEnd = !fresh;
    const keepUp = () => { if (atEnd) end(); };
    if (fresh) line.scrollTop = fresh.offsetTop - line.offsetTop; else end();
    atEnd ||= line.scrollTop + line.clientHeight >= line.scrollHeight - 4;
    let height = line.clientHeight;
    line.addEventListener("scroll", () => {
      if (line.clientHeight === height) atEnd = line.scrollTop + line.clientHeight >= line.scrollHeight - 4;
    });
    line.addEventListener("load", keepUp, true);
    new ResizeObserver(() => { height = line.clientHeight; keepUp(); }).observe(line);
  }
  /* what is new is shown at once to whoever writes nothing */
  function shownAtOnce(box) {
    const link = $("a.notice", box), at = document.activeElement;
    const idle = !$("#composer:not(.compact)") && !$("dialog[open]") && !(at?.closest?.("#detail") && window.desk.typing(at));
    if (link && idle) link.click();
  }
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (target.matches(".loose-files")) filed += 1;
    else if (target.id === "step") { if (target.innerHTML.trim() && !target.open) target.showModal(); }
    else if (target.id === "detail") arrived(target);
  });
  /* not before: until then its link leads to a page anew */
  document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => { if (target.id === "ticket-news") shownAtOnce(target); });
  document.addEventListener("DOMContentLoaded", () => arrived(document));
})();
