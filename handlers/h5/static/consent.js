// What people agree to: asked on the first visit, and again by whatever wants a consent that is not there.
import { get, people, put } from "./api.js";
import { html } from "./html.js";
import { Button, sheet } from "./parts.js";
import { me } from "./session.js";
import { device } from "./store.js";

// The first sheet was answered in this browser. {version, agreed}: by a stranger; it becomes a consent of the account's
// when one is wanted that was never given, the words are still the same, and never again after that.
const SAID = "privacy";
const sheets = new Map(); // purpose -> its sheet that is up or to come
const wanted = new Map(); // purpose -> the promise of whoever waits for it

/** On the first visit. Who does not agree may still read. */
export async function greet() {
  if (device.read(SAID) || location.pathname === "/m/privacy") return;
  const known = !me.get().stranger;
  try {
    if (known && (await standing("service")) === "given") return void device.write(SAID, {});
    if (device.read(SAID)) return; // asked meanwhile, by what they tapped
    const version = await asks("service", true);
    device.write(SAID, version && !known ? { version, agreed: true } : {});
    if (version && known) await put("/consents/service", { version });
  } catch {
    // no network: what wants the consent will ask
  }
}

people.agrees = (purpose) => {
  if (!wanted.has(purpose)) wanted.set(purpose, agreed(purpose).finally(() => wanted.delete(purpose)));
  return wanted.get(purpose);
};

async function agreed(purpose) {
  const stands = await standing(purpose);
  if (stands === "given") return true; // by something else that wanted it
  const said = device.read(SAID, {});
  let version = purpose === "service" && stands === "never" && said.agreed ? said.version : undefined;
  for (;;) {
    if (version === undefined) version = await asks(purpose);
    if (purpose === "service") device.write(SAID, {});
    if (version === undefined) return false;
    try {
      await put(`/consents/${purpose}`, { version });
      return true;
    } catch (fault) {
      if (fault.code !== "outdated") throw fault;
      version = undefined; // the words have changed since they were shown
    }
  }
}

/** given, outdated, withdrawn or never, as the API has it. */
async function standing(purpose) {
  const { items } = await get("/consents");
  return items.find((each) => each.id === purpose)?.standing;
}

/** The version agreed to, or undefined. Two that ask for the same are answered by one sheet. */
function asks(purpose, first = false) {
  if (!sheets.has(purpose)) sheets.set(purpose, asked(purpose, first).finally(() => sheets.delete(purpose)));
  return sheets.get(purpose);
}

async function asked(purpose, first) {
  const { purposes } = await get("/privacy");
  const aim = purposes.find((each) => each.id === purpose);
  const title = first ? "个人信息怎么用" : "先看一下，再决定";
  return sheet(title, (end) => html`<${Telling} aim=${aim} first=${first} end=${end} />`, { stays: true });
}

function Telling({ aim, first, end }) {
  return html`
    <p>${aim.text}</p>
    <p class="soft">${aim.without}</p>
    <p><a href="/m/privacy" onClick=${() => end(undefined)}>收什么、留多久、谁能看到</a></p>
    <div class="buttons">
      <${Button} kind="main" onClick=${() => end(aim.version)}>同意<//>
      <${Button} onClick=${() => end(undefined)}>${first ? "不同意，先看看" : "不同意"}<//>
    </div>`;
}
