// What lies outside of the page. WeChat opens no files and a mini-program's page no other sites: there the address is taken along.
import { copy } from "./copying.js";
import { html } from "./html.js";
import { Button } from "./parts.js";
import { inMiniprogram, inWechat } from "./session.js";

const takes = (address) => copy(address, "网址已复制，请到手机浏览器里打开");

/** A link to another site; with `look`, a button. */
export function Outside({ to, look, children, ...more }) {
  if (inMiniprogram) {
    const name = more["aria-label"] && `${more["aria-label"]}（复制网址）`;
    if (look) return html`<${Button} ...${look} ...${more} aria-label=${name} onClick=${() => takes(to)}>${children}（复制网址）<//>`;
    return html`<button type="button" class="link" ...${more} onClick=${() => takes(to)}>${children}（复制网址）</button>`;
  }
  const link = { href: to, target: "_blank", rel: "noopener noreferrer", ...more };
  return look ? html`<${Button} ...${look} ...${link}>${children}<//>` : html`<a ...${link}>${children}</a>`;
}

/** A file of ours to be saved by the phone; `address` is the whole of it. */
export function Saved({ address, name, children }) {
  if (inMiniprogram) return html`<${Button} onClick=${() => takes(address)}>${children}（复制网址）<//>`;
  return html`<${Button} href=${address} download=${name}>${children}<//>
    ${inWechat && html`<p class="note">微信里打不开，就点右上角“…”选“在浏览器打开”，再点一次。</p>`}`;
}
