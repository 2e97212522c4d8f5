// The frame: the view of the address, the places below it, sheets and short words above.
import { html, render, useEffect, useState } from "./html.js";
import { Icon } from "./icons.js";
import { Above, Faulty, Page, Waiting } from "./parts.js";
import { Outlet, here, onMove } from "./router.js";
import { nowhere, routes } from "./routes.js";
import { dress, look, meet } from "./session.js";
import { useKept } from "./store.js";
import { greet } from "./consent.js";

const PLACES = [
  ["/m/", "home", "首页"],
  ["/m/ask", "ask", "提问"],
  ["/m/tickets", "ticket", "工单"],
  ["/m/events", "event", "活动"],
  ["/m/me", "me", "我的"],
];
const FEWER = ["/m/", "/m/ask", "/m/me"]; // 长辈版

function Frame() {
  const { elder } = useKept(look);
  const demo = document.documentElement.dataset.demo === "yes";
  return html`
    <div id="behind">
      <a class="skip" href="#main">跳到正文</a>
      ${demo && html`<p class="demo">演示环境：人和事都不是真的</p>`}
      <${Offline} />
      <${Outlet} routes=${routes} nowhere=${nowhere} waiting=${html`<${Waiting} />`} failed=${html`<${Broken} />`} />
      <${Places} places=${elder ? PLACES.filter(([to]) => FEWER.includes(to)) : PLACES} />
    </div>
    <${Above} />`;
}

function Places({ places }) {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => onMove(() => setPath(location.pathname)), []);
  const at = places.map(([to]) => to).filter((to) => (to === "/m/" ? path === to : path === to || path.startsWith(`${to}/`)));
  return html`<nav class="places" aria-label="主要页面">
    ${places.map(
      ([to, icon, name]) => html`<a href=${to} aria-current=${at.includes(to) ? "page" : undefined} key=${to}>
        <${Icon} name=${icon} /><span>${name}</span>
      </a>`,
    )}
  </nav>`;
}

function Offline() {
  const [off, setOff] = useState(!navigator.onLine);
  useEffect(() => {
    const look = () => setOff(!navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
  }, []);
  return html`<p class="offline" role="status" hidden=${!off}>现在没有网络，已经打开的内容还可以看</p>`;
}

// The view's file did not come: no network, or a newer edition of the page is out.
const Broken = () => html`<${Page} title="没有打开">
  <${Faulty} fault=${{ message: "这一页没有打开，请检查网络后再试。" }} again=${() => location.assign(here())} />
<//>`;

dress();
const room = document.getElementById("page");
room.textContent = "";
render(html`<${Frame} />`, room);
meet().then(greet);
