// What was said in a ticket, both ways, with the files that came along.
import { fileOf } from "./api.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { Prose } from "./parts.js";
import { lately } from "./said.js";

const WHO = { me: "我", hotline: "工作人员", step: "" };

/** `lines` as GET /tickets/{number} tells them, oldest first. */
export const Talk = ({ lines }) => html`<div class="said" role="log" aria-label="往来的话"><ol>
  ${lines.map((line) => html`<li key=${line.id} class=${`said-${line.whose}`}>
    <p class="said-head">${WHO[line.whose] && html`<span>${WHO[line.whose]}</span>`}<span>${line.name}</span><time datetime=${line.at}>${lately(line.at)}</time></p>
    ${(line.text || line.files.length > 0) && html`<div class="said-body">
      ${line.text && html`<${Prose} text=${line.text} />`}
      <${Files} files=${line.files} />
    </div>`}
  </li>`)}
</ol></div>`;

function Files({ files }) {
  if (!files.length) return null;
  return html`<ul class="files">${files.map((file, at) => html`<li key=${file.name || at}><${One} file=${file} /></li>`)}</ul>`;
}

function One({ file }) {
  if (file.state === "coming") return html`<span class="soft">${file.title || "文件"}正在接收…</span>`;
  if (file.state !== "here") return html`<span class="soft">${file.title || "文件"}没有收到${file.why && `：${file.why}`}</span>`;
  const title = file.title || "照片";
  const more = { href: fileOf(file.name), target: "_blank", rel: "noopener" };
  if (file.kind === "image") return html`<a class="picture" ...${more}><img src=${more.href} alt=${title} loading="lazy" /></a>`;
  return html`<a class="paper" ...${more}><${Icon} name="item" /><span>${title}<span class="soft">（${size(file.size)}）</span></span></a>`;
}

const size = (bytes) => (bytes < 1000000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1000000).toFixed(1)} MB`);
