// The first page: ask, what concerns oneself, what people look for.
import { get, query } from "../api.js";
import { useData, useWork } from "../data.js";
import { html, useState } from "../html.js";
import { Icon } from "../icons.js";
import { Cell, Faulty, List, Page } from "../parts.js";
import { go } from "../router.js";
import { look, me } from "../session.js";
import { useKept } from "../store.js";

const DOORS = [
  ["/m/items", "item", "办事"],
  ["/m/places", "place", "服务地点"],
  ["/m/events", "event", "活动"],
  ["/m/tickets", "ticket", "我的工单"],
];
const TOPICS = 5;
const QUESTIONS = 6;

export default function Home() {
  const { elder } = useKept(look);
  return html`<${Page} title="汇才通" hint="汇川区人才服务">
    <${AskBox} />
    <nav class="doors" aria-label="服务">
      ${DOORS.map(([to, icon, name]) => html`<a href=${to} key=${to}><${Icon} name=${icon} /><span>${name}</span></a>`)}
    </nav>
    <${Mine} />
    <${Known} elder=${elder} />
    <${Duty} />
  <//>`;
}

function AskBox() {
  const [text, setText] = useState("");
  const asks = (event) => {
    event.preventDefault();
    const said = text.trim();
    go(said ? `/m/ask?q=${encodeURIComponent(said)}` : "/m/ask");
  };
  return html`<form class="askbox" role="search" onSubmit=${asks}>
    <input type="text" aria-label="您想问什么" placeholder="您想问什么？" enterkeyhint="search" maxlength="1000" autocomplete="off"
      value=${text} onInput=${(event) => setText(event.target.value)} />
    <button class="round" aria-label="提问"><${Icon} name="send" /></button>
  </form>`;
}

/** Notices nobody has read yet, and the next event. */
function Mine() {
  const who = useKept(me);
  const inside = who && !who.stranger;
  const notices = useData(inside ? "/notices/unread" : "", { stranger: true });
  const events = useData("/events?limit=1", { stranger: true });
  const next = events.data?.items[0];
  const unread = notices.data?.unread ?? 0;
  if (!next && !unread) return null;
  return html`<${List}>
    ${unread > 0 && html`<${Cell} icon="bell" name="通知" value=${`${unread}条未读`} to="/m/notices" />`}
    ${next && html`<${Cell} icon="event" name=${next.title} hint=${next.when} to=${`/m/events/${next.number}`} />`}
  <//>`;
}

/** Topics to read on, and the first question of some. */
function Known({ elder }) {
  const told = useData("/topics");
  const work = useWork(async (topic) => {
    const { items } = await get(`/entries${query({ topic: topic.id, limit: 1 })}`, { stranger: true }); // reading wants no consent
    go(items[0] ? `/m/entries/${items[0].id}` : `/m/topics/${topic.id}`);
  });
  if (told.fault) return html`<${Faulty} fault=${told.fault} again=${told.again} />`;
  if (!told.data) return null;
  const topics = told.data.items;
  const known = topics.slice(0, elder ? 3 : QUESTIONS);
  return html`
    <section class="group extra" aria-label="主题">
      <h2>看看这些</h2>
      <div class="chips side">
        ${topics.slice(0, TOPICS).map((topic) => html`<a class="chip" key=${topic.id} href=${`/m/topics/${topic.id}`}>${topic.name}</a>`)}
        <a class="chip" href="/m/topics">全部主题</a>
      </div>
    </section>
    <${List} name="常见问题">
      ${known.map((topic) => html`<${Cell} key=${topic.id} name=${topic.first[0]} busy=${work.busy} does=${() => work.run(topic)} />`)}
      <${Faulty} fault=${work.fault} />
    <//>`;
}

function Duty() {
  const told = useData("/office");
  if (!told.data) return null;
  const { hotline, now } = told.data;
  return html`<${List} name=${hotline.name}>
    ${hotline.phone
      ? html`<a class="cell" href=${`tel:${hotline.phone}`}><span class="cell-icon"><${Icon} name="phone" /></span>
          <span class="cell-body"><span class="cell-name">${hotline.phone}</span><span class="cell-hint">${now.said}</span></span></a>`
      : html`<${Cell} icon="phone" name=${hotline.said} hint=${now.said} />`}
    <${Cell} icon="people" name="写给工作人员" hint="提交一个工单，工作人员答复您" to="/m/tickets/new" />
  <//>`;
}
