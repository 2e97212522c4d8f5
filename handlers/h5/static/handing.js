// From an answer to the hotline: the ticket's form, filled in. views/newticket.js reads the draft.
import { go } from "./router.js";
import { drafts } from "./store.js";

export const DRAFT = "ticket"; // {text, question_key, topic, ...}: what POST /tickets takes; `given`: the text put in here
const LONGEST = 2000;

/** `key`: of the question that was not answered well enough. What somebody has written is kept: the new question then
 * stands below it. */
export function handOver({ text = "", key = "", topic = "" } = {}) {
  const begun = drafts.read(DRAFT, {});
  const theirs = begun.text ?? "";
  if (!theirs.trim() || theirs === begun.given) drafts.write(DRAFT, { ...begun, text, given: text, question_key: key, topic });
  else if (!theirs.includes(text.trim())) {
    const both = `${theirs.trimEnd()}\n\n${text}`;
    if (both.length <= LONGEST) drafts.write(DRAFT, { ...begun, text: both, question_key: begun.question_key || key });
  }
  go("/m/tickets/new");
}
