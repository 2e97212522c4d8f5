// 长辈版 and how large its text is.
import { useWork } from "../data.js";
import { html, useId } from "../html.js";
import { Faulty, List, Page, Switch } from "../parts.js";
import { SIZES, appear, look } from "../session.js";
import { useKept } from "../store.js";

export default function Look() {
  const { elder, size } = useKept(look);
  const work = useWork((on) => appear({ elder: on }, { say: true }));
  return html`<${Page} title="长辈版">
    <${List} note="登录了的，换一个设备也是长辈版。">
      <${Switch} name="长辈版" hint="字大、颜色深，只留常用的" on=${elder} set=${work.run} busy=${work.busy} />
      ${elder && html`<${Size} size=${size} />`}
    <//>
    <${Faulty} fault=${work.fault} />
    <section class="card" aria-label="样子"><p>人才津贴什么时候发？</p><p class="note">字看得清楚就合适。</p></section>
  <//>`;
}

function Size({ size }) {
  const id = useId();
  const [least, most] = SIZES;
  return html`<div class="field">
    <label for=${id}>字号</label>
    <div class="range"><span aria-hidden="true">小</span>
      <input id=${id} type="range" min=${least} max=${most} step="1" value=${size} aria-valuetext=${`${size}像素`}
        onInput=${(event) => appear({ size: Number(event.target.value) })} />
      <span class="large" aria-hidden="true">大</span></div>
  </div>`;
}
