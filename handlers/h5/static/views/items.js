// What can be done, by topic.
import { useData, usePages } from "../data.js";
import { html } from "../html.js";
import { Cell, List, Loaded, More, Page } from "../parts.js";

const TONES = { open: "good", planned: "warn", building: "warn", pilot: "warn", closed: "bad" };

/** How open something is, as a tag: only open is good news. */
export const standing = ({ status, status_said: words }) => ({ words, tone: TONES[status] });

export default function Items() {
  const items = usePages("/items?limit=50");
  const topics = useData("/topics");
  const name = (topic) => topics.data?.items.find((each) => each.id === topic)?.name ?? "";
  return html`<${Page} title="办事" hint="点开看条件、材料和办法，也可以对照自己的情况。">
    <${Loaded} of=${items} draws=${(rows) => html`
      ${[...new Set(rows.map((row) => row.topic))].map((topic) => html`<${List} key=${topic} name=${name(topic)}>
        ${rows.filter((row) => row.topic === topic).map((row) => html`<${Cell} key=${row.id} name=${row.name} hint=${row.summary}
          tag=${standing(row)} to=${`/m/items/${row.id}`} />`)}
      <//>`)}
      <${More} of=${items} />`} />
  <//>`;
}
