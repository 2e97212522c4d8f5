// What one agreed to, purpose by purpose, to be given and taken back.
import { put, remove } from "../api.js";
import { useData, useWork } from "../data.js";
import { comeBack } from "../form.js";
import { html, useRef } from "../html.js";
import { Button, Faulty, Loaded, Page, Tag, sure, toast } from "../parts.js";
import { day } from "../said.js";
import { meet } from "../session.js";

const STANDING = {
  given: { words: "已同意", tone: "good" },
  outdated: { words: "说明有更新", tone: "warn" },
  withdrawn: { words: "已撤回" },
  never: { words: "未同意" },
};

export default function Consents() {
  const told = useData("/consents");
  return html`<${Page} title="同意和撤回" hint="逐项同意，随时可以撤回。">
    <${Loaded} of=${told} draws=${({ items }) => items.map((item) => html`<${Purpose} key=${item.id} item=${item} told=${told} />`)} />
    <p class="more"><a href="/m/privacy">收什么、留多久、谁能看到</a></p>
  <//>`;
}

function Purpose({ item, told }) {
  const card = useRef();
  const work = useWork(async (does) => {
    try {
      await does();
      comeBack(() => card.current);
    } catch (fault) {
      if (fault.code === "outdated") told.again();
      throw fault;
    }
  });
  const gives = async () => {
    told.put(await put(`/consents/${item.id}`, { version: item.version }));
    toast("已同意");
    await meet();
  };
  const takesBack = async () => {
    if (!(await sure(`撤回“${item.name}”？`, { yes: "撤回", no: "不撤回", tells: item.withdrawn, warn: true }))) return;
    told.put(await remove(`/consents/${item.id}`));
    toast("已撤回");
    await meet(); // the number went with its consent
  };
  const given = item.standing === "given" || item.standing === "outdated";
  return html`<section class="card" ref=${card} tabindex="-1" aria-label=${item.name}>
    <h2>${item.name}</h2>
    <p class="tags"><${Tag} ...${STANDING[item.standing]} /><span class="soft small">${since(item)}</span></p>
    <p>${item.text}</p>
    <p class="note">${given ? item.withdrawn : item.without}</p>
    <${Faulty} fault=${work.fault} />
    <div class="buttons beside">
      ${item.standing !== "given" && html`<${Button} kind="main" busy=${work.busy} onClick=${() => work.run(gives)}>同意<//>`}
      ${given && html`<${Button} busy=${work.busy} onClick=${() => work.run(takesBack)}>撤回同意<//>`}
    </div>
  </section>`;
}

function since({ standing, given_at: given, withdrawn_at: withdrawn, version }) {
  if (standing === "withdrawn") return `${day(withdrawn)}撤回`;
  if (standing === "given") return `${day(given)}，第${version}版说明`;
  return given ? `${day(given)}同意过以前的说明` : `第${version}版说明`;
}
