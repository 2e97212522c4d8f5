import { html } from "../html.js";
import { Button, Empty, Page } from "../parts.js";

export default () => html`<${Page} title="没有这一页">
  <${Empty}>地址可能写错了，或者这一页已经不在了。<//>
  <p class="buttons"><${Button} href="/m/">回首页<//></p>
<//>`;
