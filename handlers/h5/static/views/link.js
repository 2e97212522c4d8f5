// Being one person in the service account and in the mini-program: a code shown here and typed there, or the other way.
import { get, post } from "../api.js";
import { copy } from "../copying.js";
import { forget, useWork } from "../data.js";
import { pointOut } from "../form.js";
import { useFresh } from "../fresh.js";
import { html, useState } from "../html.js";
import { Button, Faulty, Field, Page, sure, toast } from "../parts.js";
import { lately } from "../said.js";
import { me, meet } from "../session.js";
import { useKept } from "../store.js";

const TELLS = "两边的工单、报名和通知会合到一起，合了以后自己不能分开。号码要是别人让您填的，请不要填。";

export default function Link() {
  const who = useKept(me);
  const here = who?.following === "miniapp" ? "公众号" : "小程序";
  return html`<${Page} title=${`关联${here}`} hint="关联以后，公众号和小程序里的工单、报名、通知合到一起。">
    ${who?.linked && html`<section class="card"><p>已经关联好了。</p></section>`}
    ${who && !who.linked && html`<${Shown} other=${here} /><${Typed} other=${here} />`}
  <//>`;
}

function Shown({ other }) {
  const [told, setTold] = useState(null);
  const work = useWork(async () => setTold(await post("/link/code")));
  const said = told && (other === "公众号" ? `绑定 ${told.code}` : told.code);
  useFresh(() => told && get("/me").then((now) => now.linked && me.set(now), () => {})); // it was typed over there
  return html`<section class="card">
    <h2>在${other}里填这里的号码</h2>
    ${told
      ? html`<p>${other === "公众号" ? "把这句话发给公众号：" : "在小程序的“我的”里选“关联公众号”，填这个号码："}</p>
          <p class="code" role="status">${said}</p>
          <p class="note">${lately(told.ends_at)}以前有效，只能用一次。不要告诉别人。</p>`
      : html`<p class="note">号码10分钟内有效。</p>`}
    <${Faulty} fault=${work.fault} />
    <div class="buttons beside">
      ${told && html`<${Button} onClick=${() => copy(said)}>复制<//>`}
      <${Button} kind=${told ? "plain" : "main"} busy=${work.busy} onClick=${() => work.run()}>${told ? "换一个号码" : "要一个号码"}<//>
    </div>
  </section>`;
}

function Typed({ other }) {
  const [code, setCode] = useState("");
  const [wrong, setWrong] = useState("");
  const work = useWork(async (digits) => {
    if (!(await sure("关联？", { yes: "关联", no: "不关联", tells: TELLS }))) return;
    await post("/link", { code: digits });
    forget("/");
    await meet();
    toast("关联好了");
  });
  const sends = (event) => {
    event.preventDefault();
    const digits = code.replace(/\D/g, "");
    setWrong(digits.length === 8 ? "" : "号码是8位数字");
    if (digits.length === 8) work.run(digits);
    else pointOut(event.currentTarget);
  };
  const said = work.fault?.field === "code" ? work.fault.message : "";
  return html`<form class="cells form" onSubmit=${sends} novalidate>
    <${Field} name=${`填${other}里的号码`} hint=${other === "公众号" ? "给公众号发“绑定”，会收到一个号码。" : "在小程序“我的”里选“关联公众号”，会看到一个号码。"}
      inputmode="numeric" autocomplete="one-time-code" most="12" value=${code} set=${setCode} wrong=${wrong || said} />
    <${Faulty} fault=${said ? null : work.fault} />
    <div class="buttons"><${Button} type="submit" busy=${work.busy}>关联<//></div>
  </form>`;
}
