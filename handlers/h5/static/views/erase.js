// 注销: what ends, what stays, and the word that has to be typed.
import { useData, useWork } from "../data.js";
import { html, useLayoutEffect, useState } from "../html.js";
import { Button, Fact, Faulty, Field, List, Loaded, Page } from "../parts.js";
import { leave } from "../session.js";

const WORD = "注销";
const UNTOLD = { tickets: [], events: [], stays: [] }; // done, by a POST whose answer did not come

export default function Erase() {
  const [done, setDone] = useState(null);
  const told = useData(done ? "" : "/me/erase");
  if (done) return html`<${Done} told=${done} />`;
  return html`<${Page} title="注销" hint="抹去我们知道的关于您的信息。做了不能恢复。">
    <${Loaded} of=${told} draws=${(outlook) => html`
      <${List} name="会怎样">
        ${outlook.tickets.length > 0 && html`<${Fact} name="没办完的工单，会撤销"><${Lines} of=${outlook.tickets.map((each) => each.subject)} /><//>`}
        ${outlook.events.length > 0 && html`<${Fact} name="报了名的活动，会取消"><${Lines} of=${outlook.events} /><//>`}
        <${Fact} name="会抹去"><${Lines} of=${outlook.gone} /><//>
        <${Fact} name="会留下"><${Lines} of=${outlook.stays} /><//>
      <//>
      <p class="between small"><a href="/m/me">先导出我的数据</a></p>
      <${Confirm} ends=${setDone} />`} />
  <//>`;
}

const Lines = ({ of }) => html`<ul>${of.map((line) => html`<li key=${line}>${line}</li>`)}</ul>`;

function Confirm({ ends }) {
  const [word, setWord] = useState("");
  const [wrong, setWrong] = useState("");
  const work = useWork(async () => {
    ends((await leave("/me/erase", { confirm: WORD }, (fault) => fault.again)) || UNTOLD);
  });
  const sends = (event) => {
    event.preventDefault();
    const right = word.trim() === WORD;
    setWrong(right ? "" : `请填“${WORD}”两个字`);
    if (right) work.run();
  };
  return html`<form class="cells form" onSubmit=${sends} novalidate>
    <${Field} name=${`确定的话，填“${WORD}”两个字`} most="8" value=${word} set=${setWord} wrong=${wrong} autocomplete="off" />
    <${Faulty} fault=${work.fault} again=${() => work.run()} />
    <div class="buttons"><${Button} kind="warn" type="submit" busy=${work.busy}>注销<//></div>
  </form>`;
}

function Done({ told }) {
  useLayoutEffect(() => {
    scrollTo(0, 0);
    document.querySelector("h1").focus();
  }, []);
  const facts = [["撤销了的工单", told.tickets], ["取消了的报名", told.events], ["留下的", told.stays]].filter(([, of]) => of.length);
  return html`<${Page} title="已注销" hint="您的信息已经抹去。以后再来，就是一个新的账号。">
    ${facts.length > 0 && html`<${List}>${facts.map(([name, of]) => html`<${Fact} key=${name} name=${name}><${Lines} of=${of} /><//>`)}<//>`}
    <div class="buttons"><${Button} href="/m/">回首页<//></div>
  <//>`;
}
