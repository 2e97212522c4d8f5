// One of a few short choices, side by side: radio buttons to a keyboard and a screen reader.
import { html, useId } from "./html.js";

/** `choices` is [[value, words]]; `upright` puts them one below the other. */
export function Chips({ name, choices, value, set, wrong, upright }) {
  const id = useId();
  return html`<fieldset class="choice" role="radiogroup" aria-invalid=${wrong ? "true" : undefined} aria-describedby=${wrong ? `${id}w` : undefined}>
    <legend>${name}</legend>
    <div class=${upright ? "picks upright" : "picks"}>
      ${choices.map(([each, words]) => html`<label key=${String(each)} class="pick-chip">
        <input type="radio" name=${id} value=${String(each)} checked=${value === each} onChange=${() => set(each)} />
        <span>${words}</span>
      </label>`)}
    </div>
    ${wrong && html`<p class="wrong" role="alert" id=${`${id}w`}>${wrong}</p>`}
  </fieldset>`;
}

/** The five levels of 好差评, best first. */
export const LEVELS = [[5, "非常满意"], [4, "满意"], [3, "基本满意"], [2, "不满意"], [1, "非常不满意"]];

/** Yes or no, as part of a form. */
export function Tick({ name, hint, on, set, disabled }) {
  const id = useId();
  return html`<div class="field">
    <label class="pick"><input type="checkbox" checked=${on} disabled=${disabled} aria-describedby=${hint ? id : undefined}
      onChange=${(event) => set(event.target.checked)} /><span>${name}</span></label>
    ${hint && html`<p class="note" id=${id}>${hint}</p>`}
  </div>`;
}
