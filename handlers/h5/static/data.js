// What the API was asked for, for views: drawn at once from what was seen a moment ago, and asked for anew behind it.
import { get } from "./api.js";
import { useEffect, useRef, useState } from "./html.js";

const seen = new Map(); // path -> data
const rests = new Map(); // path of a list -> what was had of it beyond the first page

/** `{data, fault, again, put}` of a GET; data is null until it is there. No path: nothing is asked. `put(data)`: what a
 * POST told of the same thing is drawn instead. */
export function useData(path, more) {
  const [state, setState] = useState({ path, data: seen.get(path) ?? null, fault: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!path) return undefined;
    let here = true;
    get(path, more).then(
      (data) => {
        seen.set(path, data);
        if (here) setState({ path, data, fault: null });
      },
      (fault) => here && setState({ path, data: fault.passing ? (seen.get(path) ?? null) : null, fault }),
    );
    return () => (here = false);
  }, [path, turn]);
  const now = state.path === path ? state : { data: seen.get(path) ?? null, fault: null };
  return {
    data: now.data,
    fault: now.data ? null : now.fault,
    again: () => {
      setState({ path, data: seen.get(path) ?? null, fault: null });
      setTurn(turn + 1);
    },
    put: (data) => {
      seen.set(path, data);
      setState({ path, data, fault: null });
    },
  };
}

/** A list by cursor: `{items, fault, more, busy, again}`; items is null until the first page is there. */
export function usePages(path) {
  const first = useData(path);
  const after = first.data?.next; // where the first page ends: what was had beyond another end does not fit it
  const [, draw] = useState(null);
  const had = rests.get(path);
  const mine = had && had.after === after ? had : { after, items: [], next: after, busy: false, fault: null };
  const set = (change) => {
    rests.set(path, { ...mine, ...change });
    draw({});
  };
  const more = () => {
    if (mine.busy || !mine.next) return;
    set({ busy: true, fault: null });
    get(`${path}${path.includes("?") ? "&" : "?"}after=${encodeURIComponent(mine.next)}`).then(
      (page) => set({ items: [...mine.items, ...page.items], next: page.next, busy: false }),
      (fault) => set({ busy: false, fault }),
    );
  };
  return {
    items: first.data && [...first.data.items, ...mine.items],
    fault: first.fault,
    again: first.again,
    more: mine.next ? more : null,
    busy: mine.busy,
    trouble: mine.fault,
  };
}

/** What was seen below these paths is not to be drawn again: something of it was changed. */
export function forget(...starts) {
  for (const kept of [seen, rests]) {
    for (const path of [...kept.keys()]) if (starts.some((start) => path.startsWith(start))) kept.delete(path);
  }
}

/** Something one can do once at a time: `{run, busy, fault, clear}`. `run(...)` gives what `work` gives, or undefined. */
export function useWork(work) {
  const [state, setState] = useState({ busy: false, fault: null });
  const busy = useRef(false);
  const here = useRef(true);
  useEffect(() => () => (here.current = false), []);
  const end = (fault) => {
    busy.current = false;
    if (here.current) setState({ busy: false, fault });
  };
  const run = async (...given) => {
    if (busy.current) return undefined;
    busy.current = true;
    setState({ busy: true, fault: null });
    try {
      const done = await work(...given);
      end(null);
      return done;
    } catch (fault) {
      end(fault);
      return undefined;
    }
  };
  return { ...state, run, clear: () => setState({ busy: busy.current, fault: null }) };
}
