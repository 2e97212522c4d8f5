"""What the bot knows, tried; and answers of people on their way into it."""

from __future__ import annotations

import yaml

from console.conftest import Desk
from models.desk_answer import Said
from models.faq import FaqDrafts


def drafted(desk: Desk, answer: str = "到窗口办") -> int:
    agent = desk.sits("agent")
    number = desk.ticket().number
    with desk.kit.db.writing() as unit:
        verbs = desk.kit.desk(unit)
        ticket = verbs.hold(agent.actor, number, "answer")
        event = verbs.answer(ticket, agent.actor, Said(answer), now=desk.kit.now())
        draft = FaqDrafts(unit).add(
            ticket, event, agent.actor, form="窗口", question="在哪里办", answer=answer, now=desk.kit.now()
        )
    return draft.id


def test_a_question_is_tried_as_the_bot_would_answer_it(desk: Desk) -> None:
    entry = desk.kit.library.content.entries[0]
    page = desk.sits("agent").get("/knowledge", query_string={"ask": entry.question}).text
    assert "直接回答" in page
    assert entry.id in page
    assert desk.kit.library.version in page


def test_auditors_do_not_need_it(desk: Desk) -> None:
    assert desk.sits("auditor").get("/knowledge").status_code == 403
    assert desk.sits("agent").get("/drafts").status_code == 403


def test_a_draft_is_taken_once_and_gives_an_entry_to_paste(desk: Desk) -> None:
    number = drafted(desk)
    lead = desk.sits("lead")
    assert "在哪里办" in lead.get("/drafts").text
    assert lead.post(f"/drafts/{number}/taken").status_code == 303
    assert lead.post(f"/drafts/{number}/dropped").status_code == 303
    page = lead.get("/drafts?state=taken").text
    (entry,) = yaml.safe_load(page.split('<pre class="yaml">')[1].split("</pre>")[0])
    assert (entry["question"], entry["answer"]) == ("在哪里办", "到窗口办")
    assert "在哪里办" not in lead.get("/drafts?state=dropped").text


def test_lines_of_a_draft_stay_lines(desk: Desk) -> None:
    """As the content is written, and not with every line twice: somebody goes on editing it by hand."""
    number = drafted(desk, "先到窗口 \n再等通知")
    lead = desk.sits("lead")
    lead.post(f"/drafts/{number}/taken")
    pasted = lead.get("/drafts?state=taken").text.split('<pre class="yaml">')[1].split("</pre>")[0]
    assert "先到窗口\n    再等通知\n" in pasted
    assert yaml.safe_load(pasted)[0]["answer"] == "先到窗口\n再等通知"
