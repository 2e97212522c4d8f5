// Photos and papers: they go up when they are chosen, before the ticket or the words they belong to.
import { fileOf, remove, upload } from "./api.js";
import { html, useLayoutEffect, useRef, useState } from "./html.js";
import { Icon } from "./icons.js";
import { Button } from "./parts.js";

export const MOST = 9;
const TAKEN = "image/*,.pdf,.docx,.xlsx,.mp3,.mp4";
const LARGE = 500000; // bytes; smaller drawings go as they are
const SIDE = 2400; // px of a photo's longer side: papers can still be read

/** `files` are those that are up, as POST /uploads told them; `set` takes the next list or how it comes of the last, also
 * when the form was left meanwhile. `onBusy(n)` tells how many are still on their way. */
export function Photos({ files, set, name = "照片或文件", onBusy }) {
  const going = useRef([]).current; // {file, part, fault, small, stop}
  const [, draw] = useState(null);
  const chooser = useRef();
  const line = useRef(Promise.resolve()); // one by one: together they would share the network, and the phone's memory
  const change = (item, told) => {
    Object.assign(item, told);
    draw({});
  };
  const drop = (item) => {
    if (going.includes(item)) going.splice(going.indexOf(item), 1);
    draw({});
  };
  const send = async (item) => {
    if (item.fault || item.stop.signal.aborted) return;
    try {
      if (!item.small) item.small = await made(item.file);
      const kept = await upload("/uploads", item.small, (part) => change(item, { part }), item.stop);
      if (item.stop.signal.aborted) return void forgotten(kept);
      set((old) => [...old.filter((each) => each.name !== kept.name), kept].slice(0, MOST));
      drop(item);
    } catch (fault) {
      // Who does not agree, or has to log in first, is not asked again for the next one.
      const all = fault.code === "not_agreed" || fault.status === 401 ? going.filter((each) => !each.fault) : [item];
      for (const each of all) change(each, { fault });
    }
  };
  const sends = (item) => {
    change(item, { part: 0, fault: null });
    line.current = line.current.then(() => send(item));
  };
  const chosen = (event) => {
    const fresh = [...event.target.files].slice(0, room).map((file) => ({ file, stop: new AbortController() }));
    event.target.value = "";
    going.push(...fresh);
    fresh.forEach(sends);
  };
  const away = (file) => {
    set((old) => old.filter((each) => each.name !== file.name));
    forgotten(file);
  };
  const stops = (item) => {
    item.stop.abort();
    drop(item);
  };
  const busy = going.filter((item) => !item.fault).length;
  useLayoutEffect(() => {
    if (onBusy) onBusy(busy);
  }, [busy]);
  const room = MOST - files.length - going.length;
  return html`<div class="field photos" role="group" aria-label=${name}>
    <ul>
      ${files.map((file) => html`<li key=${file.name}>
        <${Preview} file=${file} /><span class="photo-name">${file.title || "照片"}</span>
        <${Away} words=${`删掉${file.title}`} does=${() => away(file)} />
      </li>`)}
      ${going.map((item) => html`<li key=${item.file}>
        <span class="thumb"><${Icon} name="photo" /></span>
        <span class="photo-name">${item.file.name}
          ${item.fault
            ? html`<span class="wrong" role="alert">${item.fault.message}</span>`
            : html`<progress max="1" value=${item.part} aria-label=${`正在上传${item.file.name}`}></progress>`}
        </span>
        ${item.fault?.passing && html`<${Button} small onClick=${() => sends(item)}>重试<//>`}
        <${Away} words=${`${item.fault ? "删掉" : "取消上传"}${item.file.name}`} does=${() => stops(item)} />
      </li>`)}
    </ul>
    <input type="file" hidden multiple accept=${TAKEN} ref=${chooser} onChange=${chosen} />
    ${room > 0 && html`<${Button} small onClick=${() => chooser.current.click()}><${Icon} name="photo" />${name}<//>`}
    <p class="note">最多${MOST}个，每个不超过10 MB。</p>
  </div>`;
}

const Preview = ({ file }) =>
  file.kind === "image"
    ? html`<img class="thumb" src=${fileOf(file.name)} alt="" />`
    : html`<span class="thumb"><${Icon} name="item" /></span>`;

const Away = ({ words, does }) => html`<button type="button" class="away" aria-label=${words} onClick=${does}>
  <${Icon} name="close" />
</button>`;

const forgotten = ({ name }) => void remove(`/uploads/${name}`).catch(() => {}); // a day does it otherwise

/** A photo as it goes up: not larger than has to be, and without where it was taken. Phones write that into JPEGs, so each
 * is drawn anew; into drawings (PNG, GIF) they do not. */
async function made(file) {
  const photo = await isJpeg(file);
  if (!photo && (!file.type.startsWith("image/") || file.type === "image/gif")) return file;
  if (file.type === "image/png" && file.size < LARGE) return file;
  try {
    return await drawn(file);
  } catch {
    return photo ? bare(file) : file; // the API says what is wrong with it
  }
}

async function drawn(file) {
  const photo = new Image();
  const paper = document.createElement("canvas");
  photo.src = URL.createObjectURL(file);
  try {
    await photo.decode();
    const scale = Math.min(1, SIDE / Math.max(photo.naturalWidth, photo.naturalHeight));
    [paper.width, paper.height] = [photo.naturalWidth, photo.naturalHeight].map((side) => Math.max(1, Math.round(side * scale)));
    const pen = paper.getContext("2d");
    pen.fillStyle = "#fff"; // what shines through a drawing would turn black
    pen.fillRect(0, 0, paper.width, paper.height);
    pen.drawImage(photo, 0, 0, paper.width, paper.height);
    const blob = await new Promise((done) => paper.toBlob(done, "image/jpeg", 0.85));
    if (!blob) throw new Error("not enough memory");
    return renamed([blob], file);
  } finally {
    URL.revokeObjectURL(photo.src);
    photo.removeAttribute("src"); // decoded it takes tens of megabytes
    paper.width = 0;
  }
}

/** A JPEG that cannot be drawn here without its APP1 segments, where EXIF and XMP stand. */
async function bare(file) {
  const bytes = await bytesOf(file);
  const parts = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
    const end = bytes[at + 1] === 0xff ? at + 1 : at + 2 + bytes[at + 2] * 256 + bytes[at + 3];
    if (bytes[at + 1] !== 0xe1) parts.push(bytes.subarray(at, end));
    at = end;
  }
  return renamed([...parts, bytes.subarray(at)], file);
}

function renamed(parts, file) {
  const name = `${file.name.replace(/\.\w+$/, "")}.jpg`;
  return new File(parts, name, { type: "image/jpeg", lastModified: file.lastModified });
}

async function isJpeg(file) {
  const head = await bytesOf(file.slice(0, 3));
  return head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;
}

const bytesOf = async (blob) => new Uint8Array(await new Response(blob).arrayBuffer());
