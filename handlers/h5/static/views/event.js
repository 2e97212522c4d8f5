// One event: what is known of it, where one stands with it, signing up, checking in, rating.
import { addressOf, post, put, remove } from "../api.js";
import { Chips, LEVELS, Tick } from "../chips.js";
import { forget, useData, useWork } from "../data.js";
import { comeBack, pointOut } from "../form.js";
import { html, useState } from "../html.js";
import { Saved } from "../outside.js";
import { Button, Fact, Faulty, Field, List, Loaded, Page, Switch, Tag, sheet, sure, toast } from "../parts.js";
import { standing } from "./events.js";

export default function Event({ number }) {
  const path = `/events/${encodeURIComponent(number)}`;
  const told = useData(path);
  const event = told.data;
  const shows = (next, words) => {
    forget("/events");
    told.put(next);
    if (words) toast(words);
    comeBack(() => document.getElementById("mine") ?? document.querySelector("h1"));
  };
  return html`<${Page} title=${event?.title ?? "活动"}>
    <${Loaded} of=${told} draws=${() => html`
      <${Mine} event=${event} path=${path} shows=${shows} />
      <${List}>${event.facts.map(([name, text]) => html`<${Fact} key=${name} name=${name}>${text}<//>`)}<//>
      <${Seat} event=${event} path=${path} shows=${shows} again=${told.again} />
      ${event.may.includes("check_in") && html`<${CheckIn} path=${path} shows=${shows} />`}
      ${event.may.includes("rate") && html`<${Rate} event=${event} path=${path} shows=${shows} />`}
      ${event.may.includes("calendar") && html`<div class="buttons">
        <${Saved} address=${location.origin + addressOf(`${path}/calendar`)} name=${`${event.number}.ics`}>加到手机日历<//></div>`}`} />
  <//>`;
}

function Mine({ event, path, shows }) {
  const { mine } = event;
  const tag = mine && event.state !== "cancelled" && event.state !== "done" ? null : standing(event);
  const work = useWork(async (remind) => shows(await put(`${path}/signup`, { remind }), remind ? "会提醒您" : "提醒关掉了"));
  if (!tag && !mine) return null;
  return html`<section class="card" id="mine" tabindex="-1" aria-label="我和这场活动">
    ${tag && html`<p><${Tag} ...${tag} /></p>`}
    ${mine && html`<p>${mine.text}</p>`}
    ${event.may.includes("remind") && html`<div class="inset"><${Switch} name="提醒我" on=${mine.remind} set=${work.run} busy=${work.busy}
      hint=${event.remind_before && `开始前${event.remind_before}`} /></div>`}
    <${Faulty} fault=${work.fault} />
  </section>`;
}

/** Taking a seat or a place among those who wait, and giving it back. */
function Seat({ event, path, shows, again }) {
  const may = (what) => event.may.includes(what);
  const wait = may("wait");
  const work = useWork(async (does) => {
    try {
      await does();
    } catch (fault) {
      if (fault.status === 409) again(); // somebody was quicker
      throw fault;
    }
  });
  const takes = async () => {
    const title = wait ? "名额满了，要候补吗？" : "报名";
    const remind = await sheet(title, (end) => html`<${Asked} event=${event} wait=${wait} end=${end} />`);
    if (remind === undefined) return;
    const told = await put(`${path}/signup`, { remind });
    shows(told, told.mine?.state === "waiting" ? "已排上候补" : "报名成功");
  };
  const leaves = async () => {
    const tells = event.mine.state === "waiting" ? "不再排队。" : "名额会给候补的人。";
    if (!(await sure("取消报名？", { yes: "取消报名", no: "留着", tells, warn: true }))) return;
    shows(await remove(`${path}/signup`), "已取消报名");
  };
  const seats = !event.mine && !may("sign_up") && !wait && event.why_not;
  return html`
    ${seats && html`<p class="between soft">${event.why_not}</p>`}
    <${Faulty} fault=${work.fault} />
    ${(may("sign_up") || wait) && html`<div class="buttons">
      <${Button} kind="main" busy=${work.busy} onClick=${() => work.run(takes)}>${wait ? "排候补" : "报名"}<//></div>`}
    ${may("withdraw") && html`<div class="buttons">
      <${Button} kind="warn" busy=${work.busy} onClick=${() => work.run(leaves)}>取消报名<//></div>`}`;
}

function Asked({ event, wait, end }) {
  const [remind, setRemind] = useState(false);
  return html`
    <p>${event.title}</p>
    <p class="soft">${[event.when, event.place].filter(Boolean).join(" · ")}</p>
    ${wait && html`<p>有人退出时按先后递补，轮到您会通知您。</p>`}
    <${Tick} name="提醒我" on=${remind} set=${setRemind}
      hint=${event.remind_before ? `同意在开始前${event.remind_before}用微信消息提醒我，随时可以关掉。` : "同意有变化时用微信消息告诉我，随时可以关掉。"} />
    <div class="buttons">
      <${Button} kind="main" onClick=${() => end(remind)}>${wait ? "确定候补" : "确定报名"}<//>
      <${Button} onClick=${() => end(undefined)}>再想想<//>
    </div>`;
}

function CheckIn({ path, shows }) {
  const [code, setCode] = useState("");
  const [wrong, setWrong] = useState("");
  const work = useWork(async () => shows(await post(`${path}/checkin`, { code: code.trim() }), "签到成功"));
  const sends = (event) => {
    event.preventDefault();
    setWrong(code.trim() ? "" : "请填现场公布的签到码");
    if (code.trim()) work.run();
    else pointOut(event.currentTarget);
  };
  return html`<form class="cells form" onSubmit=${sends} novalidate>
    <${Field} name="签到码" hint="6位，现场公布" most="16" value=${code} set=${setCode} wrong=${wrong} autocomplete="off" autocapitalize="characters" />
    <${Faulty} fault=${work.fault} again=${() => work.run()} />
    <div class="buttons"><${Button} kind="main" type="submit" busy=${work.busy}>签到<//></div>
  </form>`;
}

function Rate({ event, path, shows }) {
  const [stars, setStars] = useState(event.mine?.rating ?? null);
  const [words, setWords] = useState(event.mine?.comment ?? "");
  const [wrong, setWrong] = useState("");
  const work = useWork(async () => shows(await post(`${path}/rating`, { stars, comment: words.trim() }), "谢谢您的评价"));
  const sends = (submitted) => {
    submitted.preventDefault();
    setWrong(stars ? "" : "请选一项");
    if (stars) work.run();
    else pointOut(submitted.currentTarget);
  };
  return html`<form class="cells form" onSubmit=${sends} novalidate>
    <${Chips} name="这场活动办得怎么样" choices=${LEVELS} value=${stars} set=${setStars} wrong=${wrong} />
    <${Field} name="哪里好、哪里要改" optional lines="2" most="200" value=${words} set=${setWords} />
    <${Faulty} fault=${work.fault} again=${() => work.run()} />
    <div class="buttons"><${Button} type="submit" busy=${work.busy}>${event.mine?.rating ? "改评价" : "提交评价"}<//></div>
  </form>`;
}
