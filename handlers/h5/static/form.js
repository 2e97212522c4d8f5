// What forms have in common: a draft of named fields, photos that are waited for, and the focus.
import { useEffect, useRef, useState } from "./html.js";
import { drafts, useDraft } from "./store.js";

/** `set(name)` takes a field's next value or how it comes of the last; `done()` forgets the draft for good: a photo that
 * is up at last does not bring it back. */
export function useForm(name, empty) {
  const [draft, setDraft] = useDraft(name, empty);
  const over = useRef(false);
  const change = (next) => over.current || setDraft(next);
  const set = (field) => (value) =>
    change((old) => ({ ...old, [field]: typeof value === "function" ? value(old[field] ?? []) : value }));
  const done = () => {
    over.current = true;
    drafts.write(name, null);
  };
  return { draft, change, set, done };
}

/** `{going, waits, hands, onBusy}`: `hands()` does `work` when the photos on their way are up, and lets it be when one of them
 * does not come: its own line says why. `onBusy` is for Photos, `files` are those that are up. */
export function useWaiting(files, work) {
  const [going, setGoing] = useState(0);
  const [wanted, setWanted] = useState(0); // how many files there will be; 0: nothing waits
  useEffect(() => {
    if (!wanted || going) return;
    setWanted(0);
    if (files.length >= wanted) work();
  }, [wanted, going, files.length]);
  return { going, waits: wanted > 0, hands: () => (going ? setWanted(files.length + going) : work()), onBusy: setGoing };
}

/** Moves the focus to the first field of `form` that is wrong, when it is drawn so. */
export function pointOut(form) {
  setTimeout(() => {
    const wrong = form.querySelector("[aria-invalid]");
    (wrong?.matches("fieldset") ? wrong.querySelector("input") : wrong)?.focus();
  });
}

/** When what had the focus is gone, `place` has it: a part of the page that tells what has become of it. */
export function comeBack(place) {
  setTimeout(() => {
    if (document.activeElement === document.body) place()?.focus({ preventScroll: true });
  });
}
