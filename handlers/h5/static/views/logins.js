// Where one is logged in, to be ended one by one or all at once.
import { post, remove } from "../api.js";
import { useData, useWork } from "../data.js";
import { html } from "../html.js";
import { Button, Cell, Faulty, List, Loaded, Page, sure, toast } from "../parts.js";
import { go } from "../router.js";
import { lately } from "../said.js";
import { leave } from "../session.js";

const PHONES = [[/iPhone/, "iPhone"], [/iPad/, "iPad"], [/HarmonyOS/, "华为手机"], [/Android/, "安卓手机"], [/Windows/, "Windows 电脑"], [/Macintosh/, "苹果电脑"]];

/** What people call the thing with this User-Agent. */
export function called(agent, app) {
  const phone = PHONES.find(([shape]) => shape.test(agent))?.[1] ?? "其他设备";
  return `${phone} · ${app === "miniapp" ? "小程序" : /MicroMessenger/.test(agent) ? "微信" : "浏览器"}`;
}

export default function Logins() {
  const told = useData("/logins");
  const work = useWork(async (also_this) => {
    const title = also_this ? "全部退出？" : "退出其他设备？";
    const tells = also_this ? "包括现在这个。下次打开要重新登录。" : "现在这个设备留着。";
    if (!(await sure(title, { yes: "退出", no: "不退出", tells, warn: true }))) return;
    const answer = also_this ? await leave("/logins/end", { also_this }) : await post("/logins/end", { also_this });
    toast(answer ? `退出了${answer.ended}个设备` : "已全部退出");
    if (also_this) go("/m/", { replace: true });
    else told.again();
  });
  return html`<${Page} title="登录的设备" hint="不认得的，请退出它。">
    <${Loaded} of=${told} draws=${({ items }) => html`
      <${List}>${items.map((login) => html`<${Row} key=${login.id} login=${login} again=${told.again} />`)}<//>
      <${Faulty} fault=${work.fault} />
      <div class="buttons">
        ${items.length > 1 && html`<${Button} busy=${work.busy} onClick=${() => work.run(false)}>退出其他设备<//>`}
        <${Button} kind="warn" busy=${work.busy} onClick=${() => work.run(true)}>全部退出<//>
      </div>`} />
  <//>`;
}

function Row({ login, again }) {
  const work = useWork(async () => {
    if (!(await sure("退出这个设备？", { yes: "退出", no: "不退出", warn: true }))) return;
    await remove(`/logins/${login.id}`);
    toast("已退出");
    again();
  });
  const hint = `${lately(login.began_at)}登录，最近${lately(login.seen_at)}`;
  const name = called(login.agent, login.app);
  if (login.current) return html`<${Cell} name=${name} hint=${hint} tag=${{ words: "现在用的", tone: "good" }} />`;
  return html`<div class="cell">
      <span class="cell-body"><span class="cell-name">${name}</span><span class="cell-hint">${hint}</span></span>
      <${Button} small busy=${work.busy} onClick=${() => work.run()} aria-label=${`退出${name}`}>退出<//>
    </div>
    <${Faulty} fault=${work.fault} />`;
}
