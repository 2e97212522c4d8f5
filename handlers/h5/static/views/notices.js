// What we had to tell them, newest first. Opening it is reading it.
import { post } from "../api.js";
import { forget, usePages } from "../data.js";
import { html, useEffect, useRef } from "../html.js";
import { Cell, Empty, List, Loaded, More, Page } from "../parts.js";
import { lately } from "../said.js";

export default function Notices() {
  const notices = usePages("/notices");
  const told = useRef(false);
  useEffect(() => {
    if (told.current || !notices.items?.some((each) => each.unread)) return;
    told.current = true;
    post("/notices/read", { up_to: notices.items[0].id }).then(() => forget("/notices/"), () => (told.current = false));
  }, [notices.items]);
  return html`<${Page} title="通知">
    <${Loaded} of=${notices} draws=${(rows) =>
      rows.length
        ? html`<${List}>${rows.map((row) => html`<${Row} key=${row.id} row=${row} />`)}<//><${More} of=${notices} />`
        : html`<${Empty}>还没有通知。<//>`} />
  <//>`;
}

const there = ({ ticket, event }) => (ticket && `/m/tickets/${ticket}`) || (event && `/m/events/${event}`) || undefined;

const Row = ({ row }) => html`<${Cell} to=${there(row)}
  name=${html`${row.unread && html`<span class="dot"><span class="only-read">未读：</span></span>`}${row.title}`}
  hint=${html`<span class="told">${row.text}</span>${row.name} · ${lately(row.at)}`} />`;
