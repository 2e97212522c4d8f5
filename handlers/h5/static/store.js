// What outlives a view: values whoever draws them is told of (`useKept`), and what stays in this browser.
import { useEffect, useRef, useState } from "./html.js";

/** A value and who looks at it. */
export function kept(value) {
  const eyes = new Set();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const eye of eyes) eye(next);
    },
    watch(eye) {
      eyes.add(eye);
      return () => eyes.delete(eye);
    },
  };
}

export function useKept(store) {
  const [value, setValue] = useState(store.get());
  useEffect(() => {
    setValue(store.get());
    return store.watch(setValue);
  }, [store]);
  return value;
}

/** Of this tab: what was asked and answered. Empty forgets. Browsers that keep nothing lose nothing else. */
export const tab = boxed(() => sessionStorage);
/** Of this browser: how the page looks, what was said to the privacy sheet. */
export const device = boxed(() => localStorage);

const LASTING = 3 * 86400000; // milliseconds after its last change
/** What people are writing. WeChat ends a tab with every closing, so it stays in the browser, apart for each who logs in
 * here; what a stranger wrote goes on as theirs. */
export const drafts = {
  read(name, otherwise = null) {
    const found = [whose(), ""].map((who) => device.read(`draft.${who}.${name}`)).find(lasts);
    return found ? found.value : otherwise;
  },
  write(name, value) {
    const empty = value == null || value === "";
    device.write(`draft..${name}`, null);
    device.write(`draft.${whose()}.${name}`, empty ? null : { at: Date.now(), value });
  },
};

/** Whose the login in this browser is, as entering.py names them here; empty: nobody's so far. */
const whose = () => /(?:^|; )huicai_whose=([\w-]+)/.exec(document.cookie)?.[1] ?? "";
const lasts = (each) => each && Date.now() - each.at < LASTING;
for (const name of device.names("draft.")) if (!lasts(device.read(name))) device.write(name, null);

function boxed(box) {
  const safely = (work, otherwise) => {
    try {
      return work();
    } catch {
      return otherwise;
    }
  };
  return {
    names: (start) =>
      safely(() => Object.keys(box()).filter((name) => name.startsWith(`huicai.${start}`)).map((name) => name.slice(7)), []),
    read: (name, otherwise = null) => safely(() => JSON.parse(box().getItem(`huicai.${name}`)) ?? otherwise, otherwise),
    write: (name, value) =>
      safely(() =>
        value == null || value === ""
          ? box().removeItem(`huicai.${name}`)
          : box().setItem(`huicai.${name}`, JSON.stringify(value)),
      ),
  };
}

/** A state that is still there when somebody comes back to the page: `const [text, setText] = useDraft("ticket", "")`.
 * What changes it after the view is gone changes what is kept. */
export function useDraft(name, otherwise, box = drafts) {
  const [value, setValue] = useState(() => box.read(name, otherwise));
  const now = useRef(value);
  const here = useRef(true);
  useEffect(() => () => (here.current = false), []);
  const change = (next) => {
    const old = here.current ? now.current : box.read(name, otherwise);
    now.current = typeof next === "function" ? next(old) : next;
    box.write(name, now.current);
    setValue(now.current);
  };
  return [value, change];
}

/** Forgets all that is of somebody, in this tab and this browser; how the page looks stays. */
export function clear() {
  document.cookie = "huicai_whose=; path=/m/; max-age=0";
  for (const box of [tab, device]) for (const name of box.names("")) if (name !== "look") box.write(name, null);
}
