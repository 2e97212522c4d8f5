// Looking again by itself while somebody looks at the page.
import { useEffect, useRef } from "./html.js";

/** Calls `again` every so many milliseconds and on coming back to the page. */
export function useFresh(again, every = 20000) {
  const last = useRef();
  last.current = again;
  useEffect(() => {
    const looks = () => !document.hidden && navigator.onLine && last.current();
    const bell = setInterval(looks, every);
    document.addEventListener("visibilitychange", looks);
    return () => {
      clearInterval(bell);
      document.removeEventListener("visibilitychange", looks);
    };
  }, []);
}
