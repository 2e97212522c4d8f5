// One answer of the bot's: what it says and where that stands, what may be tapped, 有用/没用 and 转人工.
import { post } from "./api.js";
import { useWork } from "./data.js";
import { html, useState } from "./html.js";
import { Outside } from "./outside.js";
import { Button, Faulty, Prose, Tag } from "./parts.js";
import { day } from "./said.js";

/** `said` as POST /ask tells it. `last`: only then choices can be tapped; `asks(text)` asks, `hands()` opens the form. */
export function Answer({ said, last, asks, hands }) {
  return html`<article class="card answer" aria-label="答复">
    ${said.decision === "unknown" && html`<p><${Tag} words="没有查到" tone="warn" /></p>`}
    <${Prose} text=${said.text} />
    ${said.links.map((link) => html`<p key=${link.url}><${Outside} to=${link.url}>${link.text}<//></p>`)}
    ${said.choices.length > 0 && html`<div class="chips tall">
      ${said.choices.map((choice) => html`<button type="button" class="chip" key=${choice.id} disabled=${!last || !asks}
        onClick=${() => asks(choice.text)}>${choice.text}</button>`)}
    </div>`}
    ${said.entries.map((entry) => html`<${Cited} key=${entry.id} entry=${entry} />`)}
    ${said.item && html`<p><a href=${`/m/items/${said.item}`}>看条件、材料和办法</a></p>`}
    ${said.decision === "answer" && html`<${Verdict} said=${said} hands=${hands} />`}
    ${said.decision !== "answer" && said.offers_ticket && html`<${Hand} hands=${hands} />`}
  </article>`;
}

const VALID = { current: "现行有效", unknown: "现在是否有效待确认" };

/** Where an entry's statement stands, and of when. */
export function Cited({ entry }) {
  const { source } = entry;
  return html`<div class="source" data-of=${entry.id}>
    <span>出处：${source.url
      ? html`<${Outside} to=${source.url}>${source.document}<//>`
      : source.document}</span>
    <span>资料时间：${day(source.as_of)}</span>
    ${source.expires && html`<span>有效期至：${day(source.expires)}</span>`}
    ${VALID[source.validity] && html`<span>${VALID[source.validity]}</span>`}
    ${source.validity === "historical" && html`<${Tag} words="以前的资料" tone="warn" />`}
    ${source.validity === "expired" && html`<${Tag} words="已过期" tone="bad" />`}
  </div>`;
}

function Verdict({ said, hands }) {
  const [told, setTold] = useState(said.verdict ?? null);
  const work = useWork(async (useful) => {
    const thanked = await post(`/ask/${said.key}/feedback`, { useful });
    said.verdict = { useful, ...thanked };
    setTold(said.verdict);
  });
  return html`
    <div class="verdict" role="group" aria-label="这条答复">
      <${Button} small aria-pressed=${told?.useful === true} busy=${work.busy} onClick=${() => work.run(true)}>有用<//>
      <${Button} small aria-pressed=${told?.useful === false} busy=${work.busy} onClick=${() => work.run(false)}>没用<//>
      ${hands && html`<${Button} small onClick=${hands}>转人工<//>`}
    </div>
    ${told && html`<p class="note" role="status">${told.text}</p>`}
    <${Faulty} fault=${work.fault} />`;
}

const Hand = ({ hands }) => html`<div class="verdict"><${Button} small onClick=${hands}>转人工<//></div>`;
