// One's own tickets, newest first.
import { usePages } from "../data.js";
import { useFresh } from "../fresh.js";
import { html } from "../html.js";
import { Button, Cell, Empty, List, Loaded, More, Page } from "../parts.js";
import { lately } from "../said.js";

const TONES = { waiting: "warn", resolved: "good", closed: "", refused: "", merged: "", withdrawn: "" };

/** How a ticket stands, as a tag. */
export const standing = (ticket) => ({ words: ticket.state_name, tone: TONES[ticket.state] ?? "good" });

export default function Tickets() {
  const tickets = usePages("/tickets");
  useFresh(tickets.again, 60000);
  return html`<${Page} title="我的工单">
    <${Loaded} of=${tickets} draws=${(rows) =>
      rows.length
        ? html`<${List}>${rows.map((row) => html`<${Row} key=${row.number} row=${row} />`)}<//><${More} of=${tickets} />`
        : html`<${Empty}>还没有工单。问答里没查到的，写给工作人员。<//>`} />
    <div class="buttons"><${Button} kind="main" href="/m/tickets/new">写给工作人员<//></div>
  <//>`;
}

const Row = ({ row }) => html`<${Cell} to=${`/m/tickets/${row.number}`} tag=${standing(row)}
  name=${html`${row.unread && html`<span class="dot"><span class="only-read">有新答复</span></span>`}${row.subject}`}
  hint=${`${row.kind_name} · ${lately(row.heard_at)}`} />`;
