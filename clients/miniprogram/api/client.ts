// The API as programs use it, typed by schema.d.ts:
//
//   const told = await api.get("/v1/tickets/{number}", { path: { number } });
//   if (told.ok) show(told.data); else say(told.error.text);
//
// A POST keeps its Idempotency-Key until it is answered, however often it is tried: what it asks for is done once. The
// same call made again while it is under way is not sent a second time. A login that has ended is renewed once.
import { bad, read } from "./answer";
import type { Answer, Heard, Silence } from "./answer";
import type { Arguments, At, Data, Uploads, Verb, Wanted } from "./shape";

export interface Sent<File> {
  method: "GET" | "POST" | "PUT" | "DELETE";
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Goes as multipart, its field is `file`. */
  file?: File;
  /** Milliseconds. */
  timeout: number;
}

/** Takes a request to the server: wx.ts, ../../node/client.ts. Never rejects. */
export type Carry<File> = (sent: Sent<File>) => Promise<Heard | Silence>;

export interface Store {
  get(): string;
  set(token: string): void;
}

export interface Options<File> {
  /** Of the service, without a stroke at the end: https://example.cn */
  base: string;
  carry: Carry<File>;
  /** Where the token of the login is kept; in memory when there is none. */
  store?: Store;
  /** How to come in when nobody is logged in, or not any more. */
  enter?: () => Promise<Answer<{ token: string }>>;
  /** Milliseconds: for an answer (a file has five times as many), and before the second try. */
  patience?: number;
  pause?: number;
  key?: () => string;
}

interface Loose {
  path?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
}

export class Client<File = never> {
  readonly base: string;
  private readonly options: Options<File>;
  private readonly store: Store;
  private readonly underWay = new Map<string, Promise<Answer<unknown>>>();
  private readonly keys = new Map<string, string>();
  private entering: Promise<Answer<{ token: string }>> | null = null;

  constructor(options: Options<File>) {
    this.options = options;
    this.base = `${options.base}/api`;
    this.store = options.store || memory();
  }

  get<P extends At<"get">>(path: P, ...[wanted]: Arguments<Wanted<"get", P>>): Promise<Answer<Data<"get", P>>> {
    return this.once("get", path, wanted);
  }

  post<P extends At<"post">>(path: P, ...[wanted]: Arguments<Wanted<"post", P>>): Promise<Answer<Data<"post", P>>> {
    return this.once("post", path, wanted);
  }

  put<P extends At<"put">>(path: P, ...[wanted]: Arguments<Wanted<"put", P>>): Promise<Answer<Data<"put", P>>> {
    return this.once("put", path, wanted);
  }

  delete<P extends At<"delete">>(
    path: P,
    ...[wanted]: Arguments<Wanted<"delete", P>>
  ): Promise<Answer<Data<"delete", P>>> {
    return this.once("delete", path, wanted);
  }

  /** One file. `name` tells it from others, so that the same file tried again is kept once. */
  upload<P extends Uploads>(path: P, file: File, name: string): Promise<Answer<Data<"post", P>>> {
    return this.settled(`post ${path} ${name}`, (of) => this.answered(of, { ...this.request("post", path, {}), file }));
  }

  get token(): string {
    return this.store.get();
  }

  /** By what the next requests go; empty: by nobody. */
  set token(token: string) {
    this.store.set(token);
  }

  private once<T>(verb: Verb, path: string, wanted: unknown): Promise<Answer<T>> {
    const sent = this.request(verb, path, (wanted || {}) as Loose);
    const name = `${verb} ${sent.url} ${sent.body || ""}`;
    return this.settled(name, (of) => this.answered(of, sent));
  }

  private request(verb: Verb, path: string, { path: parts = {}, query = {}, body }: Loose): Sent<File> {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parts[name])));
    const sent: Sent<File> = {
      method: verb.toUpperCase() as Sent<File>["method"],
      url: this.base + filled + asked(query),
      headers: {},
      timeout: this.options.patience || 12000,
    };
    return body === undefined ? sent : { ...sent, body: JSON.stringify(body) };
  }

  private settled<T>(name: string, work: (name: string) => Promise<Answer<T>>): Promise<Answer<T>> {
    let going = this.underWay.get(name) as Promise<Answer<T>> | undefined;
    if (!going) {
      going = work(name);
      this.underWay.set(name, going);
      const over = (): boolean => this.underWay.delete(name);
      going.then(over, over);
    }
    return going;
  }

  private async answered<T>(name: string, sent: Sent<File>): Promise<Answer<T>> {
    if (sent.method === "POST") sent.headers["Idempotency-Key"] = this.keyOf(name);
    if (sent.body !== undefined) sent.headers["Content-Type"] = "application/json";
    if (sent.file !== undefined) sent.timeout *= 5;
    let answer = await this.tried<T>(sent);
    if (!answer.ok && answer.error.code === "login_required" && this.options.enter) {
      const entered = await this.enter(sent.headers.Authorization || "");
      answer = entered.ok ? await this.tried<T>(sent) : entered;
    }
    if (answer.ok || !answer.passing) this.keys.delete(name);
    return answer;
  }

  private async tried<T>(sent: Sent<File>): Promise<Answer<T>> {
    const answer = await this.tell<T>(sent);
    if (answer.ok || !answer.passing || answer.status === 429 || answer.error.code === "slow") return answer;
    await new Promise<void>((go) => setTimeout(go, this.options.pause || 700));
    return this.tell(sent);
  }

  private async tell<T>(sent: Sent<File>): Promise<Answer<T>> {
    const token = this.store.get();
    if (token) sent.headers.Authorization = `Bearer ${token}`;
    else delete sent.headers.Authorization;
    return read(await this.options.carry(sent));
  }

  /** Several calls that find the login gone come in by one new one. `with`: what the call that was refused went by. */
  private enter(refused: string): Promise<Answer<{ token: string }>> {
    const token = this.store.get();
    if (token && refused !== `Bearer ${token}`) return Promise.resolve({ ok: true, status: 200, data: { token } });
    if (!this.entering) {
      this.entering = this.come();
      const over = (): void => {
        this.entering = null;
      };
      this.entering.then(over, over);
    }
    return this.entering;
  }

  private async come(): Promise<Answer<{ token: string }>> {
    this.store.set("");
    if (!this.options.enter) return bad(401, "left", "请先登录");
    const entered = await this.options.enter();
    if (entered.ok) this.store.set(entered.data.token);
    return entered;
  }

  private keyOf(name: string): string {
    const kept = this.keys.get(name) || (this.options.key || fresh)();
    this.keys.set(name, kept);
    return kept;
  }
}

function asked(query: Record<string, unknown>): string {
  const said = Object.keys(query)
    .filter((name) => query[name] !== undefined && query[name] !== null && query[name] !== "")
    .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(String(query[name]))}`);
  return said.length ? `?${said.join("&")}` : "";
}

/** Tells one thing from another and keeps no secret: the login is what proves who asks. */
function fresh(): string {
  const four = (): string => Math.random().toString(36).slice(2).padEnd(11, "0");
  return `${Date.now().toString(36)}-${four()}${four()}`;
}

function memory(): Store {
  let kept = "";
  return {
    get: () => kept,
    set: (token) => {
      kept = token;
    },
  };
}
