// Taking something along where the page cannot open or save it.
import { html, useEffect, useRef } from "./html.js";
import { Button, sheet, toast } from "./parts.js";

/** To the clipboard; where that is refused the text is shown, selected, to be copied by hand. */
export async function copy(text, words = "已复制") {
  try {
    await navigator.clipboard.writeText(text);
    toast(words);
  } catch {
    await sheet("长按下面的内容，选“复制”", (end) => html`<${ByHand} text=${text} end=${end} />`);
  }
}

function ByHand({ text, end }) {
  const field = useRef();
  useEffect(() => field.current.select(), []);
  return html`<div class="field"><textarea ref=${field} rows="4" readonly aria-label="要复制的内容" value=${text}></textarea></div>
    <div class="buttons"><${Button} onClick=${() => end()}>好了<//></div>`;
}
