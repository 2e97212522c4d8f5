// WeChat's 用户隐私保护指引: before the phone gives anything personal for the first time it asks through us, and waits.
type Decision = { event: "exposureAuthorization" | "agree" | "disagree"; buttonId?: string };
type Decide = (decision: Decision) => void;

const PAGE = "/pages/privacy/privacy";
let waiting: Decide[] = [];

/** For wx.onNeedPrivacyAuthorization: what asked goes on when somebody has decided on the page. */
export function asked(decide: Decide): void {
  waiting.push(decide);
  decide({ event: "exposureAuthorization" });
  if (waiting.length === 1) wx.navigateTo({ url: `${PAGE}?asked=1`, fail: () => decided("") });
}

/** `button`: the id of the button 同意 that was tapped; empty: they went away without it. */
export function decided(button: string): void {
  const all = waiting;
  waiting = [];
  for (const decide of all) decide(button ? { event: "agree", buttonId: button } : { event: "disagree" });
}
