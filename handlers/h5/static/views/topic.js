// What there is to read on a topic.
import { query } from "../api.js";
import { useData, usePages } from "../data.js";
import { html, useState } from "../html.js";
import { Icon } from "../icons.js";
import { Cell, Empty, List, Loaded, More, Page } from "../parts.js";

export default function Topic({ topic }) {
  const [words, setWords] = useState("");
  const [sought, setSought] = useState("");
  const topics = useData("/topics");
  const entries = usePages(`/entries${query({ topic, q: sought, limit: 30 })}`);
  const name = topics.data?.items.find((each) => each.id === topic)?.name ?? "主题";
  const seeks = (event) => {
    event.preventDefault();
    setSought(words.trim());
  };
  return html`<${Page} title=${name}>
    <form class="askbox extra" role="search" onSubmit=${seeks}>
      <input type="text" aria-label=${`在${name}里找`} placeholder="找一找" enterkeyhint="search" maxlength="200" value=${words}
        onInput=${(event) => setWords(event.target.value)} />
      <button class="round" aria-label="查找"><${Icon} name="search" /></button>
    </form>
    <${Loaded} of=${entries} draws=${(rows) =>
      rows.length
        ? html`<${List}>${rows.map((row) => html`<${EntryCell} key=${row.id} row=${row} />`)}<//><${More} of=${entries} />`
        : html`<${Empty}>没有找到，换个说法试试。<//>`} />
  <//>`;
}

export const EntryCell = ({ row }) => html`<${Cell} name=${row.question} to=${`/m/entries/${row.id}`}
  tag=${row.validity === "expired" ? { words: "已过期", tone: "bad" } : undefined} />`;
