// What a call comes to. Nothing is thrown: an answer is good, or says what is wrong.

export type Answer<T> = Good<T> | Bad;

export interface Good<T> {
  ok: true;
  status: number;
  data: T;
}

export interface Bad {
  ok: false;
  /** 0: nobody answered. */
  status: number;
  error: Fault;
  /** Whether the same thing may go well when it is tried once more. */
  passing: boolean;
  /** Seconds after which it is worth trying; 0: not told. */
  after: number;
}

export interface Fault {
  /** For programs. Our own: offline, slow, unset, unread, left. */
  code: string;
  /** For people. */
  text: string;
  /** What it is about: a part of what was sent, or the purpose whose consent is missing. */
  field: string | null;
}

/** What came back over the wire. */
export interface Heard {
  status: number;
  text: string;
  /** Retry-After, in seconds; 0: not told. */
  after: number;
}

/** Nothing came back. */
export interface Silence {
  late: boolean;
  /** What has to be set up first, in words: trying again is no use. */
  unset?: string;
}

export function bad(status: number, code: string, text: string, field: string | null = null, after = 0): Bad {
  const passing = status === 0 || status === 408 || status === 429 || status >= 500;
  return { ok: false, status, error: { code, text, field }, passing, after };
}

export function read<T>(heard: Heard | Silence): Answer<T> {
  if (!("status" in heard)) {
    if (heard.unset) return { ...bad(0, "unset", heard.unset), passing: false };
    return heard.late
      ? bad(0, "slow", "网络有点慢，还没有等到回应。")
      : bad(0, "offline", "网络连不上，请检查网络后再试。");
  }
  const said = object(heard.text);
  if (said && said.ok === true) return { ok: true, status: heard.status, data: said.data as T };
  const fault = said && (said.error as Fault | undefined);
  if (!fault) return bad(heard.status >= 400 ? heard.status : 502, "unread", "系统暂时没有回应，请稍后再试。");
  return bad(heard.status, fault.code, fault.text, fault.field, heard.after);
}

function object(text: string): Record<string, unknown> | null {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === "object" && said !== null ? (said as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
