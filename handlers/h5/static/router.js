// Addresses below /m/ to views. Links are plain links; going back finds the page as it was left.
import { html, useEffect, useLayoutEffect, useState } from "./html.js";

const LATE = 15000; // milliseconds a view's file is waited for, and going back
const eyes = new Set();
let back = false; // whether this view was come to by the browser's own buttons
let lid = null; // what stands over the view, see `over`

history.scrollRestoration = "manual";
addEventListener("popstate", () => {
  lid?.off();
  back = true;
  tell();
});
addEventListener("pagehide", note);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin || !ours(link.pathname)) return;
  event.preventDefault();
  go(link.pathname + link.search);
});

/** Go to an address below /m/. `replace`: going back does not lead here. */
export function go(to, { replace = false } = {}) {
  if (lid) return void lid.gone.then(() => go(to, { replace }));
  if (to === location.pathname + location.search && !replace) {
    return void scrollTo(0, 0);
  }
  note();
  back = false;
  if (replace) history.replaceState({}, "", to);
  else history.pushState({}, "", to);
  tell();
}

/** Something stands over the view until somebody goes back, or the function that this gives is called. `ends` is called
 * once, when the address bar is where it was; whoever wants to go elsewhere before waits for that. */
export function over(ends) {
  let told;
  const gone = new Promise((done) => (told = done));
  const mine = { gone, off };
  function off() {
    if (lid !== mine) return;
    lid = null;
    ends();
    told();
  }
  note();
  history.pushState({ ...history.state, over: true }, "");
  lid = mine;
  return () => {
    const until = Date.now() + LATE;
    const looks = () => (history.state?.over && Date.now() < until ? setTimeout(looks, 100) : off());
    history.back();
    setTimeout(looks, 500); // browsers that do not tell of it; those that are slow are waited for
  };
}

/** Where we are, with its query. */
export const here = () => location.pathname + location.search;

/** Call `eye` whenever the address changes; gives what stops it. */
export function onMove(eye) {
  eyes.add(eye);
  return () => eyes.delete(eye);
}

/** What the browser is at: draws the view of the address, the old one until the new one's file is there. `routes` as in
 * routes.js, `nowhere`: what loads the view of all other addresses. */
export function Outlet({ routes, nowhere, waiting, failed }) {
  const [address, setAddress] = useState(here());
  const [view, setView] = useState(null);
  useEffect(() => onMove(() => setAddress(here())), []);
  useEffect(() => {
    let wanted = true;
    const [load, params] = match(location.pathname, routes) ?? [nowhere, {}];
    const fails = () => wanted && setView({ address, failed: true });
    const bell = setTimeout(fails, LATE);
    load()
      .then((module) => wanted && setView({ address, params, View: module.default }), fails)
      .then(() => clearTimeout(bell));
    return () => {
      wanted = false;
      clearTimeout(bell);
    };
  }, [address]);
  useLayoutEffect(() => {
    if (view) arrive();
  }, [view]);
  if (!view) return waiting;
  if (view.failed) return failed;
  const asked = Object.fromEntries(new URLSearchParams(view.address.split("?")[1] ?? ""));
  return html`<${view.View} key=${view.address} ...${view.params} query=${asked} />`;
}

function ours(path) {
  return path.startsWith("/m/") && !/^\/m\/(static|login|back|enter)(\/|$)/.test(path);
}

function match(path, routes) {
  for (const [pattern, load] of routes) {
    const names = [];
    const shape = pattern.replace(/:(\w+)/g, (_, name) => {
      names.push(name);
      return "([^/]+)";
    });
    const found = new RegExp(`^${shape}/?$`).exec(path);
    if (found) return [load, Object.fromEntries(names.map((name, at) => [name, plain(found[at + 1])]))];
  }
  return undefined;
}

function plain(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function tell() {
  for (const eye of eyes) eye();
}

function note() {
  history.replaceState({ ...history.state, y: scrollY }, "");
}

let first = true;
function arrive() {
  const y = back ? (history.state?.y ?? 0) : 0;
  scrollTo(0, y);
  if (y) setTimeout(() => scrollY === 0 && scrollTo(0, y), 200); // what is drawn a moment later makes the page long enough
  if (!first) document.querySelector("h1")?.focus({ preventScroll: true });
  first = false;
}
