// Questions and answers as a conversation. It is kept while the tab is open, so that going back finds it.
import { post } from "../api.js";
import { useData, useWork } from "../data.js";
import { Answer } from "../answer.js";
import { handOver } from "../handing.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../html.js";
import { Icon } from "../icons.js";
import { Button, Faulty, Page } from "../parts.js";
import { go } from "../router.js";
import { tab, useDraft } from "../store.js";

const KEPT = 30; // turns
const BEGINNINGS = 4;

export default function Ask({ query }) {
  const [turns, setTurns] = useDraft("talk", [], tab);
  const [text, setText] = useState(() => (turns[turns.length - 1]?.open ? "" : tab.read("asking", "")));
  const work = useWork(async (words) => {
    tab.write("asking", words); // a login on the way comes back to it
    setTurns((old) => numbered(old.filter((turn) => !turn.open), { mine: words, open: true }).slice(-KEPT));
    const answer = await post("/ask", { text: words });
    tab.write("asking", null);
    setTurns((old) => numbered(old.map((turn) => ({ ...turn, open: undefined })), { answer, asked: words }));
  });
  const asks = (words) => {
    const said = words.trim();
    if (!said || work.busy) return;
    setText("");
    work.run(said);
  };
  useEffect(() => {
    if (query.q) {
      go("/m/ask", { replace: true });
      tab.write("sending", query.q);
    } else if (tab.read("sending")) {
      const words = tab.read("sending");
      tab.write("sending", null);
      asks(words);
    }
  }, []);
  const failed = turns[turns.length - 1]?.open && !work.busy ? turns[turns.length - 1].mine : ""; // also from before a reload
  const refused = work.fault?.code === "not_agreed" || !work.fault;
  return html`<${Page} title="提问" whole quiet=${turns.length > 0} hint="政策、补贴、人才公寓、绿卡、活动，都可以问。">
    ${!turns.length && html`<${Beginnings} asks=${asks} />`}
    <${Talk} turns=${turns} busy=${work.busy} asks=${asks} />
    ${failed && refused
      ? html`<${Unsent} refused=${work.fault} again=${() => work.run(failed)} />`
      : html`<${Faulty} fault=${work.fault} again=${failed ? () => work.run(failed) : undefined} />`}
    ${turns.length > 1 && html`<p class="more extra"><${Button} small onClick=${() => setTurns([])}>清空记录<//></p>`}
    <${Composer} text=${text} setText=${setText} busy=${work.busy} asks=${asks} />
  <//>`;
}

/** Each turn keeps its number, so that what stands at it stays there when the oldest are left out. */
const numbered = (turns, next) => [...turns, { ...next, no: (turns[turns.length - 1]?.no ?? 0) + 1 }];

function Talk({ turns, busy, asks }) {
  const last = useRef();
  useLayoutEffect(() => {
    if (busy || turns[turns.length - 1]?.answer) last.current?.scrollIntoView({ block: "start" });
  }, [turns.length, busy]);
  const newest = turns.map((turn) => Boolean(turn.mine)).lastIndexOf(true);
  return html`<div class="talk" role="log" aria-live="polite" aria-label="问答">
    ${turns.map((turn, at) =>
      turn.mine
        ? html`<p class="mine" key=${turn.no} ref=${at === newest ? last : undefined}><span class="only-read">我问：</span>${turn.mine}</p>`
        : html`<${Answer} key=${turn.no} said=${turn.answer} last=${at === turns.length - 1} asks=${busy ? null : asks}
            hands=${() => handOver({ text: turn.asked, key: turn.answer.key })} />`,
    )}
    ${busy && html`<p class="thinking"><span class="turning" aria-hidden="true"></span>正在查…</p>`}
  </div>`;
}

/** For who does not know how to begin: what the first topics are asked most. */
function Beginnings({ asks }) {
  const topics = useData("/topics").data?.items ?? [];
  return topics.length > 0 && html`<section class="card" aria-label="可以这样问">
    <p class="soft">可以这样问：</p>
    <div class="chips tall">
      ${topics.slice(0, BEGINNINGS).map(({ id, first }) => html`<button type="button" class="chip" key=${id}
        onClick=${() => asks(first[0])}>${first[0]}</button>`)}
    </div>
  </section>`;
}

/** A question that got no answer: it was not agreed to, or the page was left before. */
const Unsent = ({ refused, again }) => html`<div class="card" role="alert">
  <p>${refused ? "您没有同意，这个问题没有发出。问答不用同意也能看。" : "这个问题还没有答复。"}</p>
  <div class="buttons">
    <${Button} kind="main" onClick=${again}>${refused ? "同意并提问" : "再问一次"}<//>
    <${Button} onClick=${() => go("/m/topics")}>浏览问答<//>
  </div>
</div>`;

function Composer({ text, setText, busy, asks }) {
  const sends = (event) => {
    event.preventDefault();
    asks(text);
  };
  return html`<form class="composer" onSubmit=${sends}>
    <input type="text" aria-label="您的问题" placeholder="请写您的问题" enterkeyhint="send" maxlength="1000" autocomplete="off"
      value=${text} onInput=${(event) => setText(event.target.value)} />
    <button class="round" aria-label="发送" aria-disabled=${busy ? "true" : undefined}><${Icon} name="send" /></button>
  </form>`;
}
