// Writing to the hotline. What is being written stays in this tab until it is handed in.
import { post } from "../api.js";
import { Chips, Tick } from "../chips.js";
import { forget, useWork } from "../data.js";
import { pointOut, useForm, useWaiting } from "../form.js";
import { DRAFT } from "../handing.js";
import { html, useRef, useState } from "../html.js";
import { Button, Faulty, Field, Page, sure, toast } from "../parts.js";
import { Photos } from "../photos.js";
import { go } from "../router.js";
import { me } from "../session.js";
import { tab, useKept } from "../store.js";

const KINDS = [
  ["", "说不准"], ["question", "咨询"], ["help", "求助"], ["unpaid", "政策未兑现"], ["agency", "代办帮办"],
  ["complaint", "投诉"], ["suggestion", "建议"],
];
const LONGEST = 2000;

export default function NewTicket() {
  const { draft, change, set: puts, done } = useForm(DRAFT, {});
  const [wrong, setWrong] = useState({});
  const form = useRef();
  const set = (name) => (value) => {
    setWrong((old) => ({ ...old, [name]: undefined }));
    puts(name)(value);
  };
  const work = useWork(async () => {
    const { ticket, akin } = await post("/tickets", asked(draft)).catch((fault) => {
      if (fault.code === "no_such_upload") set("uploads")([]);
      if (fault.code === "no_phone") forgetsNumber();
      throw fault;
    });
    done();
    tab.write(`akin.${ticket.number}`, akin.length ? akin : null);
    forget("/tickets");
    toast("已提交");
    go(`/m/tickets/${ticket.number}`, { replace: true });
  });
  const forgetsNumber = () => { // it was taken back elsewhere
    set("my_phone")(false);
    setWrong({ contact: "原来的手机号已经删除，要留号码请填在这里" });
    me.set({ ...me.get(), phone: "" });
  };
  const { waits, hands, onBusy } = useWaiting(draft.uploads ?? [], () => work.run());
  const sends = (event) => {
    event.preventDefault();
    const faults = checked(draft);
    setWrong(faults);
    if (Object.keys(faults).length) pointOut(form.current);
    else hands();
  };
  const clears = async () => {
    if (await sure("清空已经写的？", { yes: "清空", no: "留着", warn: true })) change(() => ({}));
  };
  const field = work.fault?.field;
  return html`<${Page} title="写给工作人员" hint="写清楚遇到了什么事，工作人员看到后答复您。">
    <form class="cells form" ref=${form} onSubmit=${sends} novalidate>
      <${Field} name="什么事" lines="6" most=${LONGEST} value=${draft.text ?? ""} set=${set("text")} readonly=${work.busy}
        wrong=${wrong.text ?? (field === "text" && work.fault.message)} hint="时间、经过、办到哪一步。请不要写身份证号、银行卡号。" />
      <${Photos} files=${draft.uploads ?? []} set=${set("uploads")} onBusy=${onBusy} />
      <${Chips} name="属于哪一类" choices=${KINDS} value=${draft.kind ?? ""} set=${set("kind")} />
      <${Reach} draft=${draft} set=${set} wrong=${wrong.contact ?? (["contact", "my_phone"].includes(field) && work.fault.message)} />
      <${Tick} name="请为我保密" hint="只有承办人、组长和督办员看得到内容。" on=${Boolean(draft.confidential)} set=${set("confidential")} />
      <${Faulty} fault=${work.fault} again=${hands} />
      ${waits && html`<p class="field" role="status">还有照片在上传，传好就提交。</p>`}
      <div class="buttons">
        <${Button} kind="main" type="submit" busy=${work.busy || waits}>提交<//>
        ${(draft.text || draft.uploads?.length > 0) && html`<${Button} onClick=${clears}>清空<//>`}
      </div>
    </form>
  <//>`;
}

/** Where to be rung up: a number that was proved, or one that is typed. */
function Reach({ draft, set, wrong }) {
  const who = useKept(me);
  const own = who?.phone;
  return html`
    ${own && html`<${Tick} name=${`用我的手机号 ${own}`} on=${Boolean(draft.my_phone)} set=${set("my_phone")} />`}
    ${!(own && draft.my_phone) && html`<${Field} name="联系方式" optional most="60" value=${draft.contact ?? ""} set=${set("contact")}
      wrong=${wrong} autocomplete="tel" placeholder="手机号、座机或邮箱" hint="不填也行，答复会在这里和微信里给您。" />`}
    <${Tick} name="请给我回电" on=${Boolean(draft.call_me)} set=${set("call_me")} />`;
}

function checked(draft) {
  const faults = {};
  if ((draft.text ?? "").trim().length < 2) faults.text = "请写一下是什么事";
  if (draft.call_me && !draft.my_phone && !(draft.contact ?? "").trim()) faults.contact = "要回电，请留下号码";
  return faults;
}

function asked(draft) {
  const own = Boolean(draft.my_phone && me.get()?.phone);
  return {
    kind: draft.kind || null,
    text: draft.text.trim(),
    topic: draft.topic ?? "",
    contact: own ? "" : (draft.contact ?? "").trim(),
    my_phone: own,
    call_me: Boolean(draft.call_me),
    confidential: Boolean(draft.confidential),
    uploads: (draft.uploads ?? []).map((file) => file.name),
    question_key: draft.question_key || null,
  };
}
