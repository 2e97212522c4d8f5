// Times, distances and numbers as people say them. Times are the office's, Asia/Shanghai.
const parts = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai", year: "numeric", month: "numeric", day: "numeric", weekday: "long",
  hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

function taken(time) {
  return Object.fromEntries(parts.formatToParts(new Date(time)).map((part) => [part.type, part.value]));
}

/** 9:05; 昨天 9:05; 10月9日 9:05; 2025年10月9日. */
export function lately(time, now = Date.now()) {
  if (!time) return "";
  const [at, today, before] = [taken(time), taken(now), taken(now - 86400000)];
  const clock = `${Number(at.hour)}:${at.minute}`;
  const same = (other) => at.year === other.year && at.month === other.month && at.day === other.day;
  if (same(today)) return clock;
  if (same(before)) return `昨天 ${clock}`;
  if (at.year === today.year) return `${at.month}月${at.day}日 ${clock}`;
  return `${at.year}年${at.month}月${at.day}日`;
}

/** 10月9日（星期五）14:00, with the year when it is not this one. */
export function moment(time, now = Date.now()) {
  if (!time) return "";
  const [at, today] = [taken(time), taken(now)];
  const year = at.year === today.year ? "" : `${at.year}年`;
  return `${year}${at.month}月${at.day}日（${at.weekday}）${Number(at.hour)}:${at.minute}`;
}

/** 2026年10月9日 of a time or of YYYY-MM-DD; 2022年 and 2022年10月 of shorter ones. */
export function day(text) {
  if (!text) return "";
  if (text.length > 10) {
    const at = taken(text);
    return `${at.year}年${at.month}月${at.day}日`;
  }
  return text.split("-").map((part, at) => Number(part) + "年月日"[at]).join("");
}
