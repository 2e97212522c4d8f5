// What is on, and what one signed up for.
import { usePages } from "../data.js";
import { html } from "../html.js";
import { Cell, Empty, List, Loaded, More, Page } from "../parts.js";

const STATES = {
  full: { words: "已满，可候补", tone: "warn" },
  closed: { words: "报名已截止" },
  cancelled: { words: "已取消", tone: "bad" },
  done: { words: "已结束" },
};

/** How it stands, one's own part first; undefined: nothing worth a tag. */
export function standing({ state, mine }) {
  if (state === "cancelled" || state === "done") return STATES[state];
  if (mine?.state === "waiting") return { words: mine.place ? `候补第${mine.place}位` : "候补", tone: "warn" };
  if (mine?.checked_in) return { words: "已签到", tone: "good" };
  if (mine) return { words: "已报名", tone: "good" };
  return STATES[state];
}

export default function Events({ query }) {
  const mine = query.mine === "true";
  const events = usePages(mine ? "/events?mine=true" : "/events");
  const tab = (to, words, on) => html`<a class="chip" href=${to} aria-current=${on ? "page" : undefined}>${words}</a>`;
  return html`<${Page} title=${mine ? "我报名的活动" : "活动"}>
    <nav class="chips side views" aria-label="看哪些活动">${tab("/m/events", "近期", !mine)}${tab("/m/events?mine=true", "我报名的", mine)}</nav>
    <${Loaded} of=${events} draws=${(rows) =>
      rows.length
        ? html`<${List}>${rows.map((row) => html`<${Row} key=${row.number} row=${row} />`)}<//><${More} of=${events} />`
        : html`<${Empty}>${mine ? "您还没有报名的活动。" : "近期没有活动。"}<//>`} />
  <//>`;
}

const Row = ({ row }) => html`<${Cell} to=${`/m/events/${row.number}`} name=${row.title} tag=${standing(row)}
  hint=${[row.when, row.place].filter(Boolean).join(" · ")} />`;
