// Building the page. Text goes in as text nodes only: nothing a bot or a user writes can become markup.

const SVG = "http://www.w3.org/2000/svg";

export function h(name, props = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value === "boolean") element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

const two = (number) => String(number).padStart(2, "0");

export function clock(seconds, withSeconds = false) {
  const at = new Date(seconds * 1000);
  const minutes = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return withSeconds ? `${minutes}:${two(at.getSeconds())}` : minutes;
}

export function dayTime(seconds) {
  const at = new Date(seconds * 1000);
  return `${at.getMonth() + 1}月${at.getDate()}日 ${clock(seconds)}`;
}

// As WeChat writes it above a group of messages: 14:05, 昨天 14:05, 3月2日 14:05.
export function chatTime(seconds) {
  const at = new Date(seconds * 1000);
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const time = clock(seconds);
  if (at >= midnight) return time;
  if (midnight - at < 86_400_000) return `昨天 ${time}`;
  return dayTime(seconds);
}
