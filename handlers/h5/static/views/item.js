// A service item: what it is, for whom, what to bring, how it goes; the check of one's own facts, in place.
import { post, put, remove } from "../api.js";
import { Cited } from "../answer.js";
import { forget, useData, useWork } from "../data.js";
import { handOver } from "../handing.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { Button, Fact, Faulty, List, Loaded, Page, Prose, Tag, sure, toast } from "../parts.js";
import { standing } from "./items.js";
import { EntryCell } from "./topic.js";

export default function Item({ id, query }) {
  const path = `/items/${encodeURIComponent(id)}`;
  const told = useData(path);
  return html`<${Page} title=${told.data?.name ?? "事项"} hint=${told.data?.summary}>
    <${Loaded} of=${told} draws=${(item) => html`
      <${Whole} item=${item} />
      ${item.checkable && html`<${Check} item=${item} path=${path} begun=${query.do === "check"} />`}
      ${(item.awaited || item.interested) && html`<${Interest} item=${item} path=${path} put=${told.put} />`}
      ${item.entries.length > 0 && html`<${List} name="大家常问" extra>
        ${item.entries.map((row) => html`<${EntryCell} key=${row.id} row=${row} />`)}<//>`}
      <div class="buttons"><${Button} onClick=${() => handOver({ text: `${item.name}：`, topic: item.topic })}>转人工<//></div>`} />
  <//>`;
}

function Whole({ item }) {
  const fact = (of) => [of.name, of.value];
  const lines = (of, ordered) => [of.name, of.lines.length > 0 && html`<${Lines} rows=${of.lines} ordered=${ordered} />`];
  const facts = [
    lines(item.conditions),
    fact(item.amount),
    lines(item.materials),
    lines(item.steps, true),
    fact(item.where),
    fact(item.time_limit),
    fact(item.fee),
    [item.phone.name, item.phone.value && html`<a href=${`tel:${item.phone.value}`}>${item.phone.value}</a>`],
  ];
  const open = facts.filter(([, said]) => !said).map(([name]) => name);
  return html`<${List}>
      <${Fact} name="现在的情况"><${Tag} ...${standing(item)} />${item.status_note && html`<p class="note">${item.status_note}</p>`}<//>
      ${facts.map(([name, said]) => said && html`<${Fact} key=${name} name=${name}>${said}<//>`)}
      ${open.length > 0 && html`<${Fact} name="资料没有写明">${open.join("、")}<//>`}
      <${Fact} name="归谁管">${item.department?.name}<//>
      <${Fact} name="依据">${item.basis.map((each) => html`<p key=${each.document}>${each.document}${each.number && `（${each.number}）`}</p>`)}<//>
    <//>
    <div class="beneath"><${Cited} entry=${item} /></div>`;
}

function Lines({ rows, ordered }) {
  const lines = rows.map((line) => html`<li key=${line}>${line}</li>`);
  return ordered ? html`<ol>${lines}</ol>` : html`<ul>${lines}</ul>`;
}

/** A question at a time, at most three; the facts stay on this page. */
function Check({ item, path, begun }) {
  const [facts, setFacts] = useState({});
  const [asked, setAsked] = useState([]); // the facts in the order of their questions, to go back
  const [told, setTold] = useState(null);
  const room = useRef();
  const work = useWork(async (next, order) => {
    const answer = await post(`${path}/check`, { facts: next });
    setFacts(next);
    setAsked(order);
    setTold(answer);
  });
  const starts = () => work.run({}, []);
  useEffect(() => {
    if (begun) starts();
  }, []);
  useEffect(() => {
    if (told) room.current?.focus({ preventScroll: true });
  }, [told]);
  const picks = (value) => work.run({ ...facts, [told.question.fact]: value }, [...asked, told.question.fact]);
  const back = () => {
    const last = asked[asked.length - 1];
    const { [last]: _, ...rest } = facts;
    work.run(rest, asked.slice(0, -1));
  };
  return html`<section class="card check" aria-labelledby="check">
    <h2 id="check">我符合条件吗</h2>
    ${!told && html`<p class="note">回答几个小问题，对照已公布的条件看一看，结果只供参考。</p>
      <${Button} kind="main" busy=${work.busy} onClick=${starts}>开始对照<//>`}
    ${told?.result === "ask" && html`
      <p ref=${room} tabindex="-1" class="question">${told.question.text}</p>
      <div class="chips tall" role="group" aria-label=${told.question.text}>
        ${told.question.choices.map((choice) => html`<button type="button" class="chip" key=${choice.value} disabled=${work.busy}
          onClick=${() => picks(choice.value)}>${choice.text}</button>`)}
      </div>`}
    ${told && told.result !== "ask" && html`<div ref=${room} tabindex="-1" class="outcome">
      <p><${Tag} ...${OUTCOME[told.result]} /></p>
      <${Prose} text=${told.text} />
    </div>`}
    <${Faulty} fault=${work.fault} />
    ${told && html`<div class="buttons beside">
      ${asked.length > 0 && html`<${Button} small busy=${work.busy} onClick=${back}>上一题<//>`}
      ${asked.length > 0 && html`<${Button} small busy=${work.busy} onClick=${starts}>重新来<//>`}
    </div>`}
  </section>`;
}

const OUTCOME = {
  met: { words: "看起来符合", tone: "good" },
  not_met: { words: "看起来不符合", tone: "warn" },
  not_sure: { words: "还不能判断", tone: "" },
};

/** To be told when it opens. */
function Interest({ item, path, put: shows }) {
  const work = useWork(async (on) => {
    if (!on && !(await sure("取消登记？", { yes: "取消登记", no: "保留", tells: "取消后，开放时不再通知您。", warn: true }))) return;
    const told = await (on ? put(`${path}/interest`) : remove(`${path}/interest`));
    forget("/items");
    shows({ ...item, interested: told.interested });
    toast(told.text);
  });
  return html`<section class="card">
    <h2>意向登记</h2>
    <p class="note">${item.interested ? "您已登记。开放或开始受理时，我们通知您。" : "登记后，开放或开始受理时通知您。登记不等于办成。"}</p>
    <${Button} kind=${item.interested ? "plain" : "main"} busy=${work.busy} onClick=${() => work.run(!item.interested)}>
      ${item.interested ? "取消登记" : "登记意向"}
    <//>
    <${Faulty} fault=${work.fault} />
  </section>`;
}
