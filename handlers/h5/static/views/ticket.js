// One ticket: how it stands, what was said, and what may be done about it now.
import { post } from "../api.js";
import { Chips, LEVELS } from "../chips.js";
import { forget, useData, useWork } from "../data.js";
import { comeBack, pointOut, useForm, useWaiting } from "../form.js";
import { useFresh } from "../fresh.js";
import { html, useState } from "../html.js";
import { Button, Cell, Faulty, Field, List, Loaded, Page, Tag, sure, toast } from "../parts.js";
import { Photos } from "../photos.js";
import { moment } from "../said.js";
import { me } from "../session.js";
import { drafts, tab, useDraft, useKept } from "../store.js";
import { Talk } from "../talk.js";
import { standing } from "./tickets.js";

const LOW = 2;

export default function Ticket({ number }) {
  const path = `/tickets/${encodeURIComponent(number)}`;
  const told = useData(path);
  useFresh(told.again);
  const ticket = told.data;
  return html`<${Page} title=${ticket?.subject ?? "工单"} hint=${ticket && `${ticket.kind_name} · ${ticket.number}`}>
    <${Loaded} of=${told} draws=${() => html`
      <${Stands} ticket=${ticket} />
      <${Akin} number=${number} />
      <${Talk} lines=${ticket.lines} />
      <${May} ticket=${ticket} path=${path} put=${told.put} />`} />
  <//>`;
}

function Stands({ ticket }) {
  return html`<section class="card" id="stands" tabindex="-1" aria-label="现在的情况">
    <p class="tags"><${Tag} ...${standing(ticket)} />${ticket.confidential && html`<${Tag} words="保密" />`}</p>
    ${ticket.status !== ticket.state_name && html`<p>${ticket.status}。</p>`}
    ${ticket.due && html`<p>时限：${ticket.due}</p>`}
    ${ticket.wanted.length > 0 && html`<div><p>还要您补交：</p><ul class="plain-list">${ticket.wanted.map((name) => html`<li key=${name}>${name}</li>`)}</ul></div>`}
    ${ticket.callback_at && html`<p>给您回电：${moment(ticket.callback_at)}以后</p>`}
    ${ticket.contact && html`<p class="note">联系方式：${ticket.contact}</p>`}
    ${ticket.rating && html`<p>我的评价：${ticket.rating.name}${ticket.rating.words && `（${ticket.rating.words}）`}</p>`}
    ${ticket.into && html`<p><a href=${`/m/tickets/${ticket.into}`}>去看一起办的工单 ${ticket.into}</a></p>`}
  </section>`;
}

/** Told once, when it was handed in: others of theirs that are likely the same matter. */
function Akin({ number }) {
  const [akin] = useState(() => tab.read(`akin.${number}`, []));
  if (!akin.length) return null;
  return html`<${List} name="您还有相近的工单" note="如果是同一件事，可以撤销其中一个。">
    ${akin.map((row) => html`<${Cell} key=${row.number} name=${row.subject} tag=${standing(row)} to=${`/m/tickets/${row.number}`} />`)}
  <//>`;
}

function May({ ticket, path, put }) {
  const may = (what) => ticket.may.includes(what);
  const does = async (what, body, words) => {
    const next = await post(`${path}/${what}`, body);
    forget("/tickets", "/notices");
    put(next);
    toast(words);
    comeBack(() => document.getElementById("stands"));
  };
  return html`
    ${may("rate") && html`<${Rate} does=${does} />`}
    ${may("comment") && html`<${Words} name="还想说点什么" button="留言" draft=${`comment.${ticket.number}`} most="500" must
      does=${(words) => does("comment", { words }, "已留言")} />`}
    ${may("message") && html`<${Add} ticket=${ticket} does=${does} />`}
    ${may("unsolved") && html`<${Fold} name="没解决，重新办理">
      <${Words} name="哪里没解决" button="重新办理" draft=${`unsolved.${ticket.number}`} most="2000"
        does=${(words) => does("unsolved", { words }, "已重新办理")} /><//>`}
    ${may("contact") && html`<${Fold} name=${ticket.contact ? "换一个联系方式" : "留个联系方式"}><${Contact} does=${does} /><//>`}
    ${may("withdraw") && html`<${Withdraw} does=${does} />`}`;
}

/** Something that is opened by whoever wants it. */
const Fold = ({ name, children }) => html`<details class="fold"><summary>${name}</summary>${children}</details>`;

function Rate({ does }) {
  const [stars, setStars] = useState(null);
  const [words, setWords] = useState("");
  const [wrong, setWrong] = useState("");
  const work = useWork(() => does("rating", { stars, words: words.trim() }, "谢谢您的评价"));
  const sends = (event) => {
    event.preventDefault();
    setWrong(stars ? "" : "请选一项");
    if (stars) work.run();
    else pointOut(event.currentTarget);
  };
  const picks = (value) => {
    setStars(value);
    setWrong("");
  };
  return html`<form class="cells form" onSubmit=${sends} novalidate>
    <${Chips} name="这次办得怎么样" choices=${LEVELS} value=${stars} set=${picks} wrong=${wrong} />
    ${stars && html`<${Field} name=${stars <= LOW ? "哪里没办好" : "想说的话"} optional lines="2" most="500" value=${words} set=${setWords} />`}
    <${Faulty} fault=${work.fault} again=${() => work.run()} />
    <div class="buttons"><${Button} kind="main" type="submit" busy=${work.busy}>提交评价<//></div>
  </form>`;
}

function Add({ ticket, does }) {
  const { draft, change, set } = useForm(`said.${ticket.number}`, { text: "", uploads: [] });
  const [wrong, setWrong] = useState("");
  const work = useWork(async () => {
    const { text, uploads } = draft;
    await does("messages", { text: text.trim(), uploads: uploads.map((file) => file.name) }, "已发送");
    change((old) => less(old, text, uploads));
  });
  const { going, waits, hands, onBusy } = useWaiting(draft.uploads, () => work.run());
  const sends = (event) => {
    event.preventDefault();
    const empty = !draft.text.trim() && !draft.uploads.length && !going;
    setWrong(empty ? "写点内容，或者放一个文件" : "");
    if (empty) pointOut(event.currentTarget);
    else hands();
  };
  return html`<form class="cells form" onSubmit=${sends} novalidate>
    <${Field} name=${ticket.state === "waiting" ? "补充情况、补交材料" : "补充内容"} lines="3" most="2000" value=${draft.text}
      set=${set("text")} wrong=${wrong} />
    <${Photos} files=${draft.uploads} set=${set("uploads")} onBusy=${onBusy} />
    <${Faulty} fault=${work.fault} again=${hands} />
    ${waits && html`<p class="field" role="status">还有照片在上传，传好就发送。</p>`}
    <div class="buttons"><${Button} kind=${ticket.may.includes("rate") ? "plain" : "main"} type="submit" busy=${work.busy || waits}>发送<//></div>
  </form>`;
}

/** The draft without what was sent; what was written meanwhile stays. */
function less(draft, text, uploads) {
  const sent = new Set(uploads.map((file) => file.name));
  const rest = draft.text.startsWith(text) ? draft.text.slice(text.length).trimStart() : draft.text;
  return { text: rest, uploads: draft.uploads.filter((file) => !sent.has(file.name)) };
}

/** A field of words and what they are for. `must`: they cannot be left out. */
function Words({ name, button, draft, most, must, does }) {
  const [words, setWords] = useDraft(draft, "");
  const [wrong, setWrong] = useState("");
  const work = useWork(async () => {
    await does(words.trim());
    drafts.write(draft, null);
  });
  const sends = (event) => {
    event.preventDefault();
    const empty = must && !words.trim();
    setWrong(empty ? "还没有写" : "");
    if (empty) pointOut(event.currentTarget);
    else work.run();
  };
  return html`<form class="cells form" onSubmit=${sends} novalidate>
    <${Field} name=${name} optional=${!must} lines="2" most=${most} value=${words} set=${setWords} wrong=${wrong} />
    <${Faulty} fault=${work.fault} again=${() => work.run()} />
    <div class="buttons"><${Button} type="submit" busy=${work.busy}>${button}<//></div>
  </form>`;
}

function Contact({ does }) {
  const own = useKept(me)?.phone;
  const [number, setNumber] = useState("");
  const [wrong, setWrong] = useState("");
  const work = useWork((body) => does("contact", body, "已记下"));
  const sends = (event) => {
    event.preventDefault();
    setWrong(number.trim() ? "" : "请写一个号码");
    if (number.trim()) work.run({ contact: number.trim() });
    else pointOut(event.currentTarget);
  };
  const said = work.fault?.field === "contact" ? work.fault : null;
  return html`<form class="cells form" onSubmit=${sends} novalidate>
    <${Field} name="联系方式" most="60" value=${number} set=${setNumber} wrong=${wrong || said?.message} autocomplete="tel"
      placeholder="手机号、座机或邮箱" />
    <${Faulty} fault=${said ? null : work.fault} />
    <div class="buttons">
      <${Button} type="submit" busy=${work.busy}>留下<//>
      ${own && html`<${Button} busy=${work.busy} onClick=${() => work.run({ my_phone: true })}>用我的手机号 ${own}<//>`}
    </div>
  </form>`;
}

function Withdraw({ does }) {
  const work = useWork(async () => {
    const tells = "撤销后工作人员不再办理。以后有事可以重新提交。";
    if (await sure("撤销这个工单？", { yes: "撤销", no: "不撤销", tells, warn: true })) await does("withdraw", {}, "已撤销");
  });
  return html`<${Faulty} fault=${work.fault} again=${() => work.run()} />
    <div class="buttons"><${Button} kind="warn" busy=${work.busy} onClick=${() => work.run()}>撤销工单<//></div>`;
}
