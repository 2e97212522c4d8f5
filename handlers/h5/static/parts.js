// What views are made of. Each part says what it takes; looks are in page.css.
import { html, useEffect, useId, useLayoutEffect, useRef, useState } from "./html.js";
import { Icon } from "./icons.js";
import { over } from "./router.js";
import { kept, useKept } from "./store.js";

/** A whole page. `title` names it (h1, the window); `hint` stands below; `quiet`: the title is for screen readers alone;
 * `whole`: it is as high as the window, for what stands at its foot. */
export function Page({ title, hint, quiet = false, whole = false, children }) {
  useLayoutEffect(() => {
    document.title = `${title} · 汇才通`;
  }, [title]);
  return html`<main id="main" class=${whole ? "page to-foot" : "page"}>
    <header class=${quiet ? "only-read" : "head"}>
      <h1 tabindex="-1">${title}</h1>
      ${hint && html`<p class="soft">${hint}</p>`}
    </header>
    ${children}
  </main>`;
}

/** A group of lines under a name. `note` stands below it. */
export function List({ name, note, extra, children }) {
  const id = useId();
  return html`<section class=${extra ? "group extra" : "group"} aria-labelledby=${name ? id : undefined}>
    ${name && html`<h2 id=${id}>${name}</h2>`}
    <div class="cells">${children}</div>
    ${note && html`<p class="note">${note}</p>`}
  </section>`;
}

/** A line: a link with `to`, a button with `does`, else just shown. `value` stands at its end; `tag`, {words, tone}, behind the name. */
export function Cell({ icon, name, hint, value, tag, to, does, away, busy, current, children }) {
  const inside = html`
    ${icon && html`<span class="cell-icon"><${Icon} name=${icon} /></span>`}
    <span class="cell-body"><span class="cell-name">${name}${tag && html` <${Tag} ...${tag} />`}</span>
      ${hint && html`<span class="cell-hint">${hint}</span>`}${children}</span>
    ${value != null && value !== "" && html`<span class="cell-value">${value}</span>`}
    ${(to || away || does) && html`<span class="cell-more"><${Icon} name="more" /></span>`}`;
  if (away) return html`<a class="cell" href=${away} target="_blank" rel="noopener noreferrer">${inside}</a>`;
  if (to) return html`<a class="cell" href=${to} aria-current=${current}>${inside}</a>`;
  if (does) return html`<button type="button" class="cell" disabled=${busy} onClick=${does}>${inside}</button>`;
  return html`<div class="cell">${inside}</div>`;
}

/** A name and what is so named, one below the other; nothing when there is nothing to tell. */
export function Fact({ name, children }) {
  if (children == null || children === "" || (Array.isArray(children) && !children.length)) return null;
  return html`<div class="cell fact"><span class="fact-name">${name}</span><div class="fact-body">${children}</div></div>`;
}

/** tone: good, warn, bad or none. */
export const Tag = ({ words, tone = "" }) => html`<span class=${`tag ${tone}`}>${words}</span>`;

/** kind: main, plain, warn. `busy` keeps it from being tapped again. */
export function Button({ kind = "plain", busy, small, children, ...more }) {
  const look = `button ${kind} ${small ? "small" : ""}`;
  if (more.href) return html`<a class=${look} ...${more}>${children}</a>`;
  return html`<button type="button" class=${look} aria-disabled=${busy ? "true" : undefined} ...${more}
    onClick=${(event) => (busy ? event.preventDefault() : more.onClick?.(event))}>
    ${busy && html`<span class="turning" aria-hidden="true"></span>`}${children}
  </button>`;
}

/** One thing to fill in, with its name above, a hint and what is wrong with it below. `lines`: a field of so many. */
export function Field({ name, hint, wrong, value, set, lines, most, optional, ...more }) {
  const id = useId();
  const told = [hint && `${id}h`, wrong && `${id}w`].filter(Boolean).join(" ") || undefined;
  const common = {
    id, value, maxlength: most, "aria-describedby": told, "aria-invalid": wrong ? "true" : undefined,
    onInput: (event) => set(event.target.value), ...more,
  };
  return html`<div class="field">
    <label for=${id}>${name}${optional && html`<span class="soft">（可不填）</span>`}</label>
    ${lines ? html`<textarea rows=${lines} ...${common}></textarea>` : html`<input type="text" ...${common} />`}
    ${hint && html`<p class="note" id=${`${id}h`}>${hint}</p>`}
    ${wrong && html`<p class="wrong" id=${`${id}w`}>${wrong}</p>`}
  </div>`;
}

/** One of a few: `choices` is [[value, words]]. */
export function Choice({ name, choices, value, set, wrong }) {
  const id = useId();
  return html`<fieldset class="choice">
    <legend>${name}</legend>
    ${choices.map(
      ([each, words]) => html`<label class="pick" key=${each}>
        <input type="radio" name=${id} value=${each} checked=${value === each} onChange=${() => set(each)} />
        <span>${words}</span>
      </label>`,
    )}
    ${wrong && html`<p class="wrong">${wrong}</p>`}
  </fieldset>`;
}

/** On or off, done at once. */
export function Switch({ name, hint, on, set, busy }) {
  const id = useId();
  return html`<div class="cell">
    <span class="cell-body"><label class="cell-name" for=${id}>${name}</label>${hint && html`<span class="cell-hint">${hint}</span>`}</span>
    <input id=${id} class="switch" type="checkbox" role="switch" checked=${on} disabled=${busy}
      onChange=${(event) => set(event.target.checked)} />
  </div>`;
}

/** What went wrong, kindly, with 重试 where trying again may help. */
export function Faulty({ fault, again }) {
  if (!fault) return null;
  return html`<div class="faulty" role="alert">
    <p>${fault.message || "系统出错了，请稍后再试。"}</p>
    ${again && fault.passing !== false && html`<${Button} small onClick=${again}>重试<//>`}
  </div>`;
}

export const Waiting = ({ words = "正在打开…" }) => html`<p class="waiting" role="status"><span class="turning" aria-hidden="true"></span>${words}</p>`;

export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

/** What `useData` or `usePages` gave: draws it by `draws(data)` when it is there. */
export function Loaded({ of, draws }) {
  const data = of.data ?? of.items;
  if (data) return draws(data);
  if (!of.fault) return html`<${Waiting} />`;
  return ABSENT[of.fault.status] ? html`<${Absent} fault=${of.fault} />` : html`<${Faulty} fault=${of.fault} again=${of.again} />`;
}

// An address that names nothing, or nothing of theirs: no trying again helps.
const ABSENT = { 404: (fault) => fault.message, 422: () => "地址可能写错了，或者这一页已经不在了。" };
const Absent = ({ fault }) => html`<div class="faulty" role="alert">
  <p>${ABSENT[fault.status](fault)}</p>
  <${Button} small href="/m/">回首页<//>
</div>`;

/** The foot of a list by cursor. */
export function More({ of }) {
  if (of.trouble) return html`<${Faulty} fault=${of.trouble} again=${of.more} />`;
  return of.more && html`<p class="more"><${Button} small busy=${of.busy} onClick=${of.more}>再看一些<//></p>`;
}

/** A sheet from below that has to be answered. `shut` leaves it (Escape, the veil); without it only what stands in it does. */
export function Sheet({ title, shut, children }) {
  const id = useId();
  const box = useRef();
  useEffect(() => {
    const before = document.activeElement;
    const behind = document.getElementById("behind");
    behind?.setAttribute("inert", "");
    document.documentElement.classList.add("veiled");
    box.current.querySelector("h2").focus();
    return () => {
      behind?.removeAttribute("inert");
      document.documentElement.classList.remove("veiled");
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return html`<div class="veil" onClick=${(event) => event.target === event.currentTarget && shut?.()}>
    <div class="sheet" role="dialog" aria-modal="true" aria-labelledby=${id} ref=${box} onKeyDown=${(event) => keepIn(event, box.current, shut)}>
      <h2 id=${id} tabindex="-1">${title}</h2>
      ${children}
    </div>
  </div>`;
}

function keepIn(event, box, shut) {
  if (event.key === "Escape") shut?.();
  if (event.key !== "Tab") return;
  const stops = [...box.querySelectorAll("a[href], button:not([disabled]), input, textarea, select")];
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const at = document.activeElement;
  if (event.shiftKey ? at === first || !stops.includes(at) : at === last) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}

// Sheets asked for by whoever has no place to draw one, and short words at the foot of the page.
const asked = kept(null);
const toasts = kept(null);

/** `await sure("撤回这个工单？", {yes: "撤回", tells: "撤回后不再处理。", warn: true})`. */
export function sure(title, { yes = "确定", no = "取消", tells = "", warn = false } = {}) {
  return sheet(title, (end) => html`
    ${tells && html`<p>${tells}</p>`}
    <div class="buttons">
      <${Button} kind=${warn ? "warn" : "main"} onClick=${() => end(true)}>${yes}<//>
      <${Button} onClick=${() => end(false)}>${no}<//>
    </div>`);
}

let last = Promise.resolve();

/** A sheet with `draws(end)`; the promise gives what `end` was called with, undefined when it was left: by going back, or,
 * unless it `stays`, by a tap beside it. One comes after the other. */
export function sheet(title, draws, { stays = false } = {}) {
  last = last.then(() => new Promise((done) => {
    let answer;
    const leave = over(() => {
      asked.set(null);
      done(answer);
    });
    const end = (value) => {
      if (asked.get()?.end !== end) return; // tapped twice
      answer = value;
      asked.set(null);
      leave();
    };
    asked.set({ title, draws, end, stays });
  }));
  return last;
}

/** A few words that go by themselves; screen readers hear them too. */
export function toast(words) {
  toasts.set({ words, at: Date.now() });
}

export function Above() {
  const sheetNow = useKept(asked);
  const words = useKept(toasts);
  const [shown, setShown] = useState(null);
  useEffect(() => {
    if (!words) return undefined;
    setShown(words);
    const bell = setTimeout(() => setShown(null), 1800 + words.words.length * 120);
    return () => clearTimeout(bell);
  }, [words]);
  return html`
    <div class="toasts" role="status" aria-live="polite">${shown && html`<p class="toast" key=${shown.at}>${shown.words}</p>`}</div>
    ${sheetNow &&
    html`<${Sheet} key=${sheetNow.end} title=${sheetNow.title} shut=${sheetNow.stays ? undefined : () => sheetNow.end(undefined)}>${sheetNow.draws(sheetNow.end)}<//>`}`;
}

/** Text of ours with its line breaks; nothing in it is read as markup. */
export const Prose = ({ text }) => html`<div class="prose">${text.split(/\n+/).map((line) => html`<p>${line}</p>`)}</div>`;

/** Where a statement stands and of when; `source` as the API tells it. */
export function Source({ document: name, date }) {
  return html`<p class="source"><span>出处：${name}</span>${date && html`<span>${date}</span>`}</p>`;
}
