// Where to go: how far, how open, and the way there. Where somebody is, is asked for only when they tap for it, sent
// with the question and kept nowhere.
import { Cited } from "../answer.js";
import { query } from "../api.js";
import { useData, usePages, useWork } from "../data.js";
import { html, useState } from "../html.js";
import { Icon } from "../icons.js";
import { Outside } from "../outside.js";
import { Button, Cell, Empty, Fact, Faulty, List, Loaded, More, Page, Tag } from "../parts.js";
import { position } from "../position.js";
import { standing } from "./items.js";

export default function Places() {
  const [at, setAt] = useState({});
  const path = `/places${query({ ...at, limit: 50 })}`;
  const places = usePages(path);
  const said = useData(path).data?.said;
  const near = useWork(async () => setAt(await position()));
  return html`<${Page} title="服务地点">
    <div class="buttons">
      <${Button} kind="main" busy=${near.busy} onClick=${near.run}>${at.lat ? "重新定位" : "按离我的远近排"}<//>
    </div>
    <${Faulty} fault=${near.fault} />
    ${said && html`<p class="empty" role="status">${said}</p>`}
    <${Loaded} of=${places} draws=${(rows) =>
      rows.length ? rows.map((place) => html`<${Place} key=${place.id} place=${place} />`) : html`<${Empty}>还没有可以去的地点。<//>`} />
    <${More} of=${places} />
    <${Office} />
  <//>`;
}

function Place({ place }) {
  return html`<section class="card place" aria-label=${place.name}>
    <h2>${place.name}</h2>
    <p class="chips">
      <${Tag} ...${standing(place)} />
      ${place.distance_said && html`<${Tag} words=${`约${place.distance_said}`} />`}
      ${place.demo && html`<${Tag} words="演示" tone="warn" />`}
    </p>
    ${place.address && html`<p>${place.address}</p>`}
    ${place.hours && html`<p>${place.hours}</p>`}
    ${place.status_note && html`<p class="note">${place.status_note}</p>`}
    ${place.said && html`<p class="note">${place.said}</p>`}
    ${!place.demo && html`<${Cited} entry=${place} />`}
    ${(place.phone || place.map) && html`<div class="buttons beside">
      ${place.phone && html`<${Button} small href=${`tel:${place.phone}`}>打电话<//>`}
      ${place.map && html`<${Outside} look=${{ small: true }} to=${place.map} aria-label=${`在地图里看${place.name}`}>在地图里看<//>`}
    </div>`}
  </section>`;
}

function Office() {
  const told = useData("/office");
  if (!told.data) return null;
  const { hotline, said, now } = told.data;
  return html`<${List} name="办公时间和热线">
    <${Fact} name="现在">${now.said}<//>
    <${Fact} name="每周">${said}<//>
    ${hotline.phone
      ? html`<a class="cell" href=${`tel:${hotline.phone}`}><span class="cell-icon"><${Icon} name="phone" /></span>
          <span class="cell-body"><span class="cell-name">${hotline.name}</span><span class="cell-hint">${hotline.said}</span></span></a>`
      : html`<${Cell} icon="phone" name=${hotline.name} hint=${hotline.said} />`}
  <//>`;
}
