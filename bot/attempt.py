"""One row of the outbox on its way out: decided in one short transaction, called, noted in another.

The call is noted before it is made and its consent spent with it, so that whoever comes after a crash knows that it may
have arrived. What was refused for sure gives its consent back.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot import notices, timely
from bot.kit import Kit
from bot.notices import Part
from bot.pictures import show
from bot.reach import bound_for, look
from bot.reply import Picture, Reply, Text
from bot.ways import Choice, Facts, Over, again, choose, in_doubt
from bot.wechat.client import WeChat
from bot.wechat.errcode import NOT_FOLLOWING
from bot.wechat.errors import SendError
from config.calendar import SHANGHAI
from config.notices import Notice
from models import leases, sending, talk
from models.address import Address, addresses
from models.consent import Consents
from models.db import Unit
from models.outbox import Row
from models.person import People
from models.sending import ARRIVED, WAY_NAMES, Sending

_TRIES = 20
_PERISHABLE = ("reminder", "broadcast")  # not kept for somebody who has gone
_PAUSES = ("config", "quota")  # refusals that end by themselves, or when somebody has mended something
_LONGEST = timedelta(minutes=10)  # between two tries
_MENDING = timedelta(minutes=5)  # between two looks whether an account has been mended
_LONG = timedelta(seconds=10)  # whoever is put off for longer goes out with a reply, should the person write first
_LAST = timedelta(minutes=1)  # before it is of no use any more it is tried a last time


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a worker may have a row (DELIVERY_LEASE), the first pause after a failure, and that before a text in
    doubt is repeated: so long that whatever cut off the first call is over. Only tests set these two.
    """

    lease: timedelta
    pause: timedelta = timedelta(seconds=5)
    repeat: timedelta = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Plan:
    """A call about to be made. `offers`: the part ends with the offer of 更多, the others wait for it."""

    row: Row
    choice: Choice
    number: int  # of its sending
    said: int  # characters that are out once it is made
    left: int = 0  # parts behind this one
    reply: Reply | None = None
    fields: dict[str, str] = field(default_factory=dict)
    key: str = ""
    offers: bool = False


@dataclass(slots=True)
class Attempt:
    """Of one row. `plan` and `note` are transactions of the caller's; False or None: the row is settled or not ours.

    `row` is as it stands, but with the account and openid it goes to: those that reach its person.
    """

    kit: Kit
    row: Row
    pace: Pace
    owed: Address = field(init=False)  # as the row stands in the outbox
    where: list[Address] = field(default_factory=list)  # all of its person
    closed: set[tuple[str, str]] = field(default_factory=set)  # accounts and ways of them refused in this attempt
    refusal: SendError | None = None  # what says more than that one is closed: the first that passes, else the last
    told: str = ""  # what became of the row, in one word

    def __post_init__(self) -> None:
        self.owed = Address(self.row.account, self.row.openid)

    def plan(self, unit: Unit, now: datetime) -> Plan | None:
        self.where = addresses(unit, self.owed.openid, self.owed.account)
        held = leases.hold(unit, self.row, now, self.pace.lease, [each.openid for each in self.where])
        if held is None:
            self.told = "lost"
            return None
        self.row = held
        if over := timely.over(unit, held, now):
            leases.drop(unit, held, reason=over)
            self.told = "dead"
            return None
        if held.tries > _TRIES:
            self._dead(unit, f"试了 {_TRIES} 次没有发出去：{held.reason}")
            return None
        wake = timely.not_before(held, now)
        if wake is not None:
            self._later(unit, now, "夜里不群发，早上再发", after=wake - now, counted=False)
            return None
        calls = sending.of(unit, held.id)
        self._turn(unit, calls, now)
        parts = notices.parts(
            self.row, *notices.room(self.kit.settings, self.kit.library.phrase("pipeline.more"))
        )  # those still to come
        way, why = "service", ""
        while parts:
            choice = self._choice(unit, calls, now)
            if isinstance(choice, Choice):
                if choice.way:
                    return self._begin(unit, choice, parts, calls, now)
                self._stay(unit, choice, now)
                return None
            way, why = choice.way, choice.why
            if way != "service":
                break
            self._advance(unit, parts.pop(0).said)
        self._sent(unit, way, why, now)
        return None

    def call(self, plan: Plan, now: datetime) -> str:
        """Ask WeChat; its msgid. Raises SendError, Unavailable."""
        row, data = plan.row, notices.data_of(plan.row)
        url, page = str(data.get("url") or ""), str(data.get("page") or "")
        api = self._account()
        if plan.reply is not None:
            if isinstance(plan.reply, Picture):
                show(self.kit, api, row.openid, plan.reply, now)
            else:
                api.send(row.openid, plan.reply)
            return ""
        if plan.choice.way == "template":
            return api.send_template(
                row.openid, plan.choice.template, plan.fields, client_msg_id=plan.key, url=url, page=page
            )
        way = self._notice().asked_by(row.account)
        page = page or (way.page if way else "")
        return api.send_subscription(row.openid, plan.choice.template, plan.fields, page=page, url=url)

    def note(self, unit: Unit, plan: Plan, said: str | SendError, now: datetime) -> bool:
        """What came of it: a msgid, or the refusal. True: go on with plan()."""
        unit.lock()
        unit.durable = True
        if isinstance(said, str):
            return self._out(unit, plan, now) if sending.taken(unit, plan.number, said) else True
        if said.unsure or (said.asked and said.code):
            sending.done(unit, plan.number, sending.UNSURE if said.unsure else str(said.code))
        else:
            sending.unmade(unit, plan.number)
        if said.unsure:
            if isinstance(self._choice(unit, sending.of(unit, plan.row.id), now), Over):
                return True  # plan() ends it
            why, after = f"微信没有回音（{said.said}），不知道送到没有", self._until_repeat(unit, plan, now)
            return self._later(unit, now, why, after=after, in_doubt=plan.choice.way)
        if plan.choice.spends and said.kind != "consent":
            Consents(unit).give_back(plan.row.openid, plan.choice.template, now=now)
        return self._refused(unit, plan, said, now)

    def _choice(self, unit: Unit, calls: Sequence[Sending], now: datetime) -> Choice | Over:
        arrived = [each for each in calls if each.part == self.row.part and each.outcome in ARRIVED]
        if arrived:  # its worker was away for longer than its lease, and noted it after all
            return Over(arrived[-1].way, "")
        doubts = in_doubt(calls, self.row.part)
        facts, here = self._facts(unit, now), self.row
        failed = {each.way for each in calls if each.outcome.startswith(sending.FAILED) and each.openid == here.openid}
        closed = frozenset(failed | {way for account, way in self.closed if account == here.account})
        return again(facts, doubts, now, closed) if doubts else choose(facts, closed)

    def _turn(self, unit: Unit, calls: Sequence[Sending], now: datetime) -> None:
        """To where it began, else to where a way is open, else to where one is waited for."""
        to = bound_for(self.row, self.owed, self.where, calls)
        for each in [*to, to[0]]:
            self.row = self.row._replace(account=each.account, openid=each.openid)
            if len(to) == 1 or self._choice(unit, calls, now).way:
                return

    def _facts(self, unit: Unit, now: datetime) -> Facts:
        row = self.row
        # Half a text is not gone on with by a template.
        notice = self._notice() if not row.part else Notice()
        data = notices.data_of(row) or None
        return look(self.kit, unit, row.openid, notice, data, account=row.account, now=now)

    def _notice(self) -> Notice:
        return self.kit.notices().of(self.row.kind)

    def _account(self) -> WeChat:
        if self.row.account == "service":
            return self.kit.wechat
        if self.kit.miniapp is None:
            raise SendError("config", 0, "没有配置小程序", "设 MINIAPP_APPID 和 MINIAPP_SECRET")
        return self.kit.miniapp

    def _begin(
        self, unit: Unit, choice: Choice, parts: list[Part], calls: Sequence[Sending], now: datetime
    ) -> Plan | None:
        row = self.row
        if choice.spends and not Consents(unit).spend(row.openid, choice.template, now=now):
            self.closed.add((row.account, choice.way))  # somebody else has just used the last one
            return self.plan(unit, now)
        number = sending.begin(
            unit, row.id, row.openid, part=row.part, way=choice.way, template=choice.template, now=now
        )
        if choice.way == "service":
            reply, said = parts[0]
            offers = len(parts) > 1 and self._facts(unit, now).window.left == 0
            if offers and isinstance(reply, Text):
                reply = Text(f"{reply.body}\n{self.kit.library.phrase('pipeline.more')}")
            return Plan(row, choice, number, said, len(parts) - 1, reply=reply, offers=offers)
        return Plan(row, choice, number, row.said, fields=self._fields(choice), key=_key(row, calls))

    def _fields(self, choice: Choice) -> dict[str, str]:
        notice = self._notice()
        ways = (notice.template, notice.subscription, notice.miniapp)
        way = next(way for way in ways if way is not None and way.id == choice.template)
        return notices.filled(way, notices.data_of(self.row)) or {}

    def _stay(self, unit: Unit, choice: Choice, now: datetime) -> None:
        """No way is open. From the moment the talk is held, no message of the person can open one unseen."""
        said = self.refusal
        if said is not None and said.kind in _PAUSES:
            self._later(unit, now, _sentence(said), after=_wait(said), counted=False)
        elif said is not None and said.kind == "refused":
            self._dead(unit, _sentence(said))
        elif self.row.kind in _PERISHABLE and not self._facts(unit, now).following:
            self._dead(unit, choice.why)
        else:
            for openid in sorted(each.openid for each in self.where):
                talk.owe(unit, openid)
            self.where = addresses(unit, self.owed.openid, self.owed.account)  # they may just have become one
            calls = sending.of(unit, self.row.id)
            self._turn(unit, calls, now)
            if self._choice(unit, calls, now).way:
                self._later(unit, now, choice.why, after=timedelta(0), counted=False)
                return
            leases.waiting(unit, self.row, reason=choice.why)
            self.told = "waiting"

    def _out(self, unit: Unit, plan: Plan, now: datetime) -> bool:
        self.row = plan.row
        row = self._advance(unit, plan.said)
        if not plan.left:
            self._sent(unit, plan.choice.way, plan.choice.why, now)
            return False
        if not plan.offers:
            return True
        talk.owe(unit, row.openid)
        leases.waiting(unit, row, reason=f"发了 {row.part} 段，还有 {plan.left} 段等对方回复“更多”")
        self.told = "waiting"
        return False

    def _advance(self, unit: Unit, said: int) -> Row:
        """One part more is out, and with it so many characters."""
        self.row = self.row._replace(part=self.row.part + 1, said=said)
        leases.progress(unit, self.row)
        return self.row

    def _refused(self, unit: Unit, plan: Plan, said: SendError, now: datetime) -> bool:
        row = plan.row
        if plan.choice.way == "subscription" and not plan.choice.spends and said.kind == "consent":
            # The consent that the unanswered call used up is used up: it arrived, or was taken back meanwhile.
            self._sent(unit, "subscription", "微信没有回音后再发，说这次同意已经用掉：应已送到", now)
            return False
        if said.kind == "later" and not said.code:
            # WeChat could not be reached at all: that is no try of this row's.
            after = min(_LONGEST, max(self.pace.pause, (now - row.created_at) / 4))
            return self._later(unit, now, said.said, after=after, counted=False)
        if said.kind == "later":
            return self._later(unit, now, said.said)
        if said.kind == "quota" and self._is_worth_waiting(said, now):
            return self._later(unit, now, _sentence(said), after=_wait(said), counted=False)
        if said.kind == "refused" and plan.choice.way == "service":
            return self._dead(unit, _sentence(said))
        if said.kind == "gone":
            return self._left(unit, said, now)
        if said.kind == "consent":
            Consents(unit).refuse(row.openid, plan.choice.template, now=now)
        elif said.kind != "window" and (self.refusal is None or self.refusal.kind not in _PAUSES):
            self.refusal = said
        self.closed.add((row.account, plan.choice.way))
        return True

    def _is_worth_waiting(self, said: SendError, now: datetime) -> bool:
        """Rather than to take another way: it is open again soon, or what may have arrived is to go by no other."""
        over = self.row.until is not None and self.row.until <= now + _wait(said)
        return bool(self.row.way) or (_wait(said) <= _LONGEST and not over)

    def _left(self, unit: Unit, said: SendError, now: datetime) -> bool:
        if self.row.account == "service" and said.code in NOT_FOLLOWING:
            People(unit).leave(self.row.openid, now=now)
            unit.session.flush()
        if len(self.where) > 1:  # perhaps by the other account
            self.closed.update((self.row.account, way) for way in WAY_NAMES)
            return True
        if self.row.kind in _PERISHABLE or self.row.account != "service":
            return self._dead(unit, _sentence(said))
        talk.owe(unit, self.row.openid)
        leases.waiting(unit, self.row, reason=_sentence(said))
        self.told = "waiting"
        return False

    def _sent(self, unit: Unit, way: str, why: str, now: datetime) -> None:
        leases.sent(unit, self.row, way=way, reason=why, now=now)
        self.told = "sent"

    def _dead(self, unit: Unit, why: str) -> bool:
        leases.dead(unit, self.row, reason=why)
        self.told = "dead"
        return False

    def _later(
        self,
        unit: Unit,
        now: datetime,
        why: str,
        *,
        after: timedelta | None = None,
        counted: bool = True,
        in_doubt: str = "",
    ) -> bool:
        row, wait = self.row, _pause(self.row, self.pace.pause) if after is None else after
        if row.until is not None and now + wait >= row.until:
            wait = row.until - _LAST - now if row.until - _LAST > now else wait
            why = f"{row.until.astimezone(SHANGHAI):%m-%d %H:%M} 以后发就没有用了，可能赶不上：{why}"
        if wait > _LONG and (in_doubt or row.way) in ("", "service"):
            talk.owe(unit, row.openid)
        leases.later(unit, row, due_at=now + wait, reason=why, counted=counted, in_doubt=in_doubt)
        self.told = "later"
        return False

    def _until_repeat(self, unit: Unit, plan: Plan, now: datetime) -> timedelta | None:
        """Of a text: while its window is open."""
        if plan.choice.way != "service":
            return None
        closes_at = self._facts(unit, now).window.closes_at
        if closes_at is None or closes_at > now + self.pace.repeat:
            return self.pace.repeat
        return max(self.pace.pause, closes_at - now - _LONG)


def _pause(row: Row, first: timedelta) -> timedelta:
    """Doubling from the first one, and up to a half shorter: rows that failed together do not come back together."""
    share = zlib.crc32(f"{row.id} {row.tries}".encode()) % 1000 / 2000
    doubled: timedelta = first * (1 << min(max(row.tries - 1, 0), 16))
    return min(_LONGEST, doubled) * (1 - share)


def _wait(said: SendError) -> timedelta:
    return _MENDING if said.retry_after is None else timedelta(seconds=said.retry_after)


def _sentence(said: SendError) -> str:
    code = f"（{said.code}）" if said.code else ""
    return f"{said.said}{code}；{said.cure}"


def _key(row: Row, calls: Sequence[Sending]) -> str:
    """WeChat sends what has the same key once. A new one only when it did not arrive, or staff want it sent again."""
    anew = sum(each.outcome == sending.FORGIVEN or each.outcome.startswith(sending.FAILED) for each in calls)
    return hashlib.sha256(f"{row.dedup} {row.part} {anew}".encode()).hexdigest()[:32]


def fault(error: Exception) -> SendError:
    """A call that broke on our side: nobody knows how far it had come."""
    return SendError("later", 0, f"程序出错：{type(error).__name__}", "请把这一行日志交给开发人员", unsure=True)
