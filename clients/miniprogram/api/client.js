"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Client = void 0;
// The API as programs use it, typed by schema.d.ts:
//
//   const told = await api.get("/v1/tickets/{number}", { path: { number } });
//   if (told.ok) show(told.data); else say(told.error.text);
//
// A POST keeps its Idempotency-Key until it is answered, however often it is tried: what it asks for is done once. The
// same call made again while it is under way is not sent a second time. A login that has ended is renewed once.
const answer_1 = require("./answer");
class Client {
    constructor(options) {
        this.underWay = new Map();
        this.keys = new Map();
        this.entering = null;
        this.options = options;
        this.base = `${options.base}/api`;
        this.store = options.store || memory();
    }
    get(path, ...[wanted]) {
        return this.once("get", path, wanted);
    }
    post(path, ...[wanted]) {
        return this.once("post", path, wanted);
    }
    put(path, ...[wanted]) {
        return this.once("put", path, wanted);
    }
    delete(path, ...[wanted]) {
        return this.once("delete", path, wanted);
    }
    /** One file. `name` tells it from others, so that the same file tried again is kept once. */
    upload(path, file, name) {
        return this.settled(`post ${path} ${name}`, (of) => this.answered(of, { ...this.request("post", path, {}), file }));
    }
    get token() {
        return this.store.get();
    }
    /** By what the next requests go; empty: by nobody. */
    set token(token) {
        this.store.set(token);
    }
    once(verb, path, wanted) {
        const sent = this.request(verb, path, (wanted || {}));
        const name = `${verb} ${sent.url} ${sent.body || ""}`;
        return this.settled(name, (of) => this.answered(of, sent));
    }
    request(verb, path, { path: parts = {}, query = {}, body }) {
        const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(parts[name])));
        const sent = {
            method: verb.toUpperCase(),
            url: this.base + filled + asked(query),
            headers: {},
            timeout: this.options.patience || 12000,
        };
        return body === undefined ? sent : { ...sent, body: JSON.stringify(body) };
    }
    settled(name, work) {
        let going = this.underWay.get(name);
        if (!going) {
            going = work(name);
            this.underWay.set(name, going);
            const over = () => this.underWay.delete(name);
            going.then(over, over);
        }
        return going;
    }
    async answered(name, sent) {
        if (sent.method === "POST")
            sent.headers["Idempotency-Key"] = this.keyOf(name);
        if (sent.body !== undefined)
            sent.headers["Content-Type"] = "application/json";
        if (sent.file !== undefined)
            sent.timeout *= 5;
        let answer = await this.tried(sent);
        if (!answer.ok && answer.error.code === "login_required" && this.options.enter) {
            const entered = await this.enter(sent.headers.Authorization || "");
            answer = entered.ok ? await this.tried(sent) : entered;
        }
        if (answer.ok || !answer.passing)
            this.keys.delete(name);
        return answer;
    }
    async tried(sent) {
        const answer = await this.tell(sent);
        if (answer.ok || !answer.passing || answer.status === 429 || answer.error.code === "slow")
            return answer;
        await new Promise((go) => setTimeout(go, this.options.pause || 700));
        return this.tell(sent);
    }
    async tell(sent) {
        const token = this.store.get();
        if (token)
            sent.headers.Authorization = `Bearer ${token}`;
        else
            delete sent.headers.Authorization;
        return (0, answer_1.read)(await this.options.carry(sent));
    }
    /** Several calls that find the login gone come in by one new one. `with`: what the call that was refused went by. */
    enter(refused) {
        const token = this.store.get();
        if (token && refused !== `Bearer ${token}`)
            return Promise.resolve({ ok: true, status: 200, data: { token } });
        if (!this.entering) {
            this.entering = this.come();
            const over = () => {
                this.entering = null;
            };
            this.entering.then(over, over);
        }
        return this.entering;
    }
    async come() {
        this.store.set("");
        if (!this.options.enter)
            return (0, answer_1.bad)(401, "left", "请先登录");
        const entered = await this.options.enter();
        if (entered.ok)
            this.store.set(entered.data.token);
        return entered;
    }
    keyOf(name) {
        const kept = this.keys.get(name) || (this.options.key || fresh)();
        this.keys.set(name, kept);
        return kept;
    }
}
exports.Client = Client;
function asked(query) {
    const said = Object.keys(query)
        .filter((name) => query[name] !== undefined && query[name] !== null && query[name] !== "")
        .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(String(query[name]))}`);
    return said.length ? `?${said.join("&")}` : "";
}
/** Tells one thing from another and keeps no secret: the login is what proves who asks. */
function fresh() {
    const four = () => Math.random().toString(36).slice(2).padEnd(11, "0");
    return `${Date.now().toString(36)}-${four()}${four()}`;
}
function memory() {
    let kept = "";
    return {
        get: () => kept,
        set: (token) => {
            kept = token;
        },
    };
}
