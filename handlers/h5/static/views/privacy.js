// What is known of people, why, how long and who sees it; for anybody.
import { useData } from "../data.js";
import { html } from "../html.js";
import { Cell, Fact, List, Loaded, Page } from "../parts.js";

export default function Privacy() {
  const told = useData("/privacy");
  return html`<${Page} title="个人信息处理说明">
    <${Loaded} of=${told} draws=${(all) => html`
      ${all.purposes.map((aim) => html`<section class="card" key=${aim.id}>
        <h2>${aim.name}</h2>
        <p>${aim.text}</p>
        <p class="note">${aim.without}</p>
        <p class="note">${aim.withdrawn}</p>
      </section>`)}
      <h2 class="between">收什么</h2>
      ${all.data.map((item) => html`<${List} key=${item.what}>
        <${Fact} name="信息">${item.what}<//>
        <${Fact} name="用途">${item.purposes.join("、")}<//>
        <${Fact} name="为什么">${item.why}<//>
        <${Fact} name="保存多久">${item.keep}<//>
        <${Fact} name="谁能看到">${item.seen.join("、")}<//>
        <${Fact} name="给了谁">${item.shared.join("、")}<//>
      <//>`)}
      ${all.shared.length > 0 && html`<${List} name="我们之外">
        ${all.shared.map((party) => html`<${Fact} key=${party.name} name=${party.name}>${party.why}<//>`)}
      <//>`}
      <${List} name="想改、想删">
        <${Cell} icon="shield" name="同意和撤回" to="/m/me/consents" />
        <${Cell} icon="me" name="导出、注销" to="/m/me" />
      <//>
    `} />
  <//>`;
}
