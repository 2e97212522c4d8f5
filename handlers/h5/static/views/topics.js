import { useData } from "../data.js";
import { html } from "../html.js";
import { Cell, List, Loaded, Page } from "../parts.js";

export default function Topics() {
  const told = useData("/topics");
  return html`<${Page} title="全部主题">
    <${Loaded} of=${told} draws=${({ items }) => html`<${List}>
      ${items.map((topic) => html`<${Cell} key=${topic.id} name=${topic.name} value=${`${topic.entries}条`} to=${`/m/topics/${topic.id}`} />`)}
    <//>`} />
  <//>`;
}
