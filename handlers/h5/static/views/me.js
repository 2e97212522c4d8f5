// One's own page: what one has here, how the page looks, what is known of one.
import { get, people, remove } from "../api.js";
import { copy } from "../copying.js";
import { useData, useWork } from "../data.js";
import { html, useState } from "../html.js";
import { Button, Cell, Faulty, List, Page, Waiting, sure, toast } from "../parts.js";
import { inWechat, leave, look, me, noWayIn } from "../session.js";
import { useKept } from "../store.js";

export default function Me() {
  const who = useKept(me);
  const { elder } = useKept(look);
  const inside = who && !who.stranger;
  return html`<${Page} title="我的">
    ${!who && html`<${Waiting} />`}
    ${who?.fault && html`<${Faulty} fault=${who.fault} again=${() => location.reload()} />`}
    ${who?.stranger && !who.fault && html`<${Stranger} />`}
    ${inside && html`<${Own} />`}
    <${List} name="显示">
      <${Cell} icon="text" name="长辈版" hint="大字、少一些内容" value=${elder ? "已开" : "未开"} to="/m/me/look" />
    <//>
    ${inside && html`<${Account} who=${who} />`}
    <${List} name="个人信息">
      ${inside && html`<${Cell} icon="shield" name="同意和撤回" to="/m/me/consents" />`}
      <${Cell} icon="info" name="个人信息处理说明" to="/m/privacy" />
      ${inside && html`<${Export} />`}
      ${inside && html`<${Cell} icon="close" name="注销" hint="抹去我的信息" to="/m/me/erase" />`}
    <//>
    ${inside && html`<${Leave} />`}
  <//>`;
}

const Stranger = () => html`<section class="card">
  <p>登录以后，可以看您的工单、报名和通知。</p>
  ${noWayIn() ? html`<p class="soft">${noWayIn()}</p>` : html`<div class="buttons"><${Button} kind="main" onClick=${() => people.logsIn()}>微信登录<//></div>`}
</section>`;

function Own() {
  const notices = useData("/notices/unread");
  const unread = notices.data?.unread ?? 0;
  return html`<${List}>
    <${Cell} icon="ticket" name="我的工单" to="/m/tickets" />
    <${Cell} icon="event" name="我报名的活动" to="/m/events?mine=true" />
    <${Cell} icon="bell" name="通知" value=${unread ? `${unread}条未读` : ""} to="/m/notices" />
  <//>`;
}

function Account({ who }) {
  const other = who.following === "miniapp" ? "公众号" : "小程序";
  return html`<${List} name="账号">
    <${Cell} icon="people" name=${`关联${other}`} value=${who.linked ? "已关联" : "未关联"} to="/m/me/link" />
    ${who.phone && html`<${Phone} phone=${who.phone} />`}
    <${Cell} icon="me" name="登录的设备" to="/m/me/logins" />
  <//>`;
}

function Phone({ phone }) {
  const work = useWork(async () => {
    const tells = "删除以后，新的工单要回电得另外填号码。";
    if (!(await sure("删除手机号？", { yes: "删除", no: "留着", tells, warn: true }))) return;
    await remove("/me/phone");
    me.set({ ...me.get(), phone: "" });
    toast("手机号已删除");
  });
  return html`<${Cell} icon="phone" name="手机号" value=${phone} does=${() => work.run()} busy=${work.busy} />
    <${Faulty} fault=${work.fault} />`;
}

/** All that is known of one, as a file. */
function Export() {
  const [file, setFile] = useState(null);
  const work = useWork(async () => {
    const { document: told } = await get("/me/export");
    const text = JSON.stringify(told, null, 2);
    setFile({ text, address: URL.createObjectURL(new Blob([text], { type: "application/json" })) });
  });
  if (!file) {
    return html`<${Cell} icon="item" name="导出我的数据" hint="我们知道的关于您的全部" does=${() => work.run()} busy=${work.busy} />
      <${Faulty} fault=${work.fault} />`;
  }
  return html`<div class="cell fact"><p>数据准备好了。</p>
    <div class="verdict">
      ${!inWechat && html`<${Button} small kind="main" href=${file.address} download="我的数据.json">保存文件<//>`}
      <${Button} small kind=${inWechat ? "main" : "plain"} onClick=${() => copy(file.text)}>复制内容<//>
    </div>
    ${inWechat && html`<p class="note">微信里存不了文件，可以复制内容，发给“文件传输助手”。</p>`}
  </div>`;
}

function Leave() {
  const work = useWork(async () => {
    if (!(await sure("退出登录？", { yes: "退出", no: "不退出" }))) return;
    await leave("/logout");
    toast("已退出登录");
  });
  return html`<${Faulty} fault=${work.fault} />
    <div class="buttons"><${Button} busy=${work.busy} onClick=${() => work.run()}>退出登录<//></div>`;
}
