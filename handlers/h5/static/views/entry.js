// One question with its answer, its source and what stands beside it.
import { Cited } from "../answer.js";
import { useData } from "../data.js";
import { handOver } from "../handing.js";
import { html } from "../html.js";
import { Outside } from "../outside.js";
import { Button, Cell, List, Loaded, Page, Prose } from "../parts.js";
import { EntryCell } from "./topic.js";

export default function Entry({ id }) {
  const told = useData(`/entries/${encodeURIComponent(id)}`);
  return html`<${Page} title=${told.data?.question ?? "问答"}>
    <${Loaded} of=${told} draws=${(entry) => html`<${Whole} entry=${entry} />`} />
  <//>`;
}

function Whole({ entry }) {
  const rest = entry.next.filter((step) => step.kind !== "ticket");
  const to = (step) => `/m/items/${step.item}${step.kind === "item" ? "" : `?do=${step.kind}`}`;
  return html`
    <article class="card">
      <${Prose} text=${entry.answer} />
      ${entry.links.map((link) => html`<p key=${link.url}><${Outside} to=${link.url}>${link.text}<//></p>`)}
      ${entry.unknown.length > 0 && html`<p class="note">资料没有写明：${entry.unknown.join("、")}</p>`}
      <${Cited} entry=${entry} />
      ${entry.contact && html`<p class="note extra">${entry.contact}</p>`}
    </article>
    ${rest.length > 0 && html`<${List} name="接下来">${rest.map((step) => html`<${Cell} key=${step.kind} icon="item" name=${step.text} to=${to(step)} />`)}<//>`}
    ${entry.siblings.length > 0 && html`<${List} name="同一件事的其他方面">
      ${entry.siblings.map((row) => html`<${EntryCell} key=${row.id} row=${row} />`)}<//>`}
    ${entry.related.length > 0 && html`<${List} name="相关的问题" extra>
      ${entry.related.map((row) => html`<${EntryCell} key=${row.id} row=${row} />`)}<//>`}
    <div class="buttons"><${Button} onClick=${() => handOver({ text: `${entry.question}\n`, topic: entry.topic })}>没解决，转人工<//></div>`;
}
