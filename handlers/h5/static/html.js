// Preact and htm, as the views use them: one library file at our own address, nothing is built.
import { useState } from "./htm-preact-3.1.1.js";

export {
  html, render, createContext, useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState,
} from "./htm-preact-3.1.1.js";

let given = 0;
/** A name for an element, to be pointed at by labels. */
export const useId = () => useState(() => `i${(given += 1)}`)[0];
