"""What we do with what we know of people, from privacy.yaml; and what they agreed to, to be given and taken back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import BaseModel, Field

from bot import consenting
from config.privacy import Inventory, Kind
from handlers.miniapp.gate import Gate
from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import Given, Id, Shown, Words, answers, says
from models.agreement import AgreementRow, Agreements

_TAG = "隐私"


class Aim(Shown):
    """A purpose people agree to."""

    id: str
    name: str
    version: int = Field(description="Of the words; who agreed to an earlier one is asked anew.")
    text: str
    without: str = Field(description="What does not work without it.")
    withdrawn: str = Field(description="What happens when it is taken back.")


class Item(Shown):
    what: str
    purposes: list[str] = Field(description="Names of purposes.")
    why: str
    keep: str = Field(description="How long, in words.")
    seen: list[str] = Field(description="By whom.")
    shared: list[str] = Field(description="With whom outside.")


class Outsider(Shown):
    name: str
    why: str


class Privacy(Shown):
    account: str = Field(description="Whose page this is.")
    hotline: str
    phone: str | None = Field(description="Of the hotline; null: not published.")
    purposes: list[Aim]
    data: list[Item]
    shared: list[Outsider]


class Consent(Aim):
    standing: Literal["given", "outdated", "withdrawn", "never"] = Field(
        description="outdated: to earlier words; what needs it asks for it anew."
    )
    given_at: str | None
    withdrawn_at: str | None


class Consented(Shown):
    items: list[Consent]


class Which(BaseModel):
    purpose: Annotated[Words, Field(min_length=1, max_length=32)]


class Agreed(Given):
    version: Id
    """Of the words that were shown."""


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route("GET", "/privacy", answers(Privacy), tag=_TAG, summary="个人信息处理说明", anybody=True)
    def get_privacy() -> Response:
        inventory, office = kit.privacy(), kit.office()
        return says(
            Privacy(
                account=office.account,
                hotline=office.hotline.name,
                phone=office.hotline.phone,
                purposes=[Aim(**_aim(inventory, purpose)) for purpose in inventory.purposes],
                data=[_item(inventory, kind) for kind in inventory.data if kind.whose == "talent"],
                shared=[Outsider(name=party.name, why=party.why) for party in inventory.shared.values()],
            )
        )

    @gate.route("GET", "/consents", answers(Consented), tag=_TAG, summary="我同意了什么")
    def get_consents() -> Response:
        return says(_standing(gate))

    @gate.route("PUT", "/consents/<purpose>", answers(Consented, more=(409,)), tag=_TAG, summary="同意")
    def give_consent(path: Which, body: Agreed) -> Response:
        """Only to the words that count now: 409 `outdated` when they have changed since they were shown."""
        version, talent = _version(kit.privacy(), path.purpose), gate.talent()
        if body.version != version:
            raise Refused(409, "outdated", "说明已经更新，请重新阅读", "version")
        kit.db.doing(
            lambda unit: Agreements(unit).give(talent.openid, path.purpose, how="page", version=version, now=kit.now())
        )
        return says(_standing(gate))

    @gate.route("DELETE", "/consents/<purpose>", answers(Consented), tag=_TAG, summary="撤回同意")
    def withdraw_consent(path: Which) -> Response:
        """What hangs on it stops at once: news and reminders for `news`, the number of the profile for `phone`."""
        _version(kit.privacy(), path.purpose)
        talent = gate.talent()
        kit.db.doing(lambda unit: consenting.withdraw(unit, kit.library.phrase, talent, path.purpose, now=kit.now()))
        return says(_standing(gate))


def _version(inventory: Inventory, purpose: str) -> int:
    if purpose not in inventory.purposes:
        raise Refused(404, "not_found", "没有这项用途", "purpose")
    return inventory.version(purpose)


def _standing(gate: Gate) -> Consented:
    inventory, talent = gate.kit.privacy(), gate.talent()
    with gate.kit.db.unit() as unit:
        rows = {row.purpose: row for row in Agreements(unit).of([talent.openid])}
    return Consented(items=[_consent(inventory, purpose, rows.get(purpose)) for purpose in inventory.purposes])


def _consent(inventory: Inventory, purpose: str, row: AgreementRow | None) -> Consent:
    standing: Literal["given", "outdated", "withdrawn", "never"] = "never"
    if row is not None:
        standing = "given" if row.version >= inventory.version(purpose) else "outdated"
        standing = "withdrawn" if row.withdrawn_at else standing
    return Consent(
        **_aim(inventory, purpose),
        standing=standing,
        given_at=row.given_at.isoformat() if row else None,
        withdrawn_at=row.withdrawn_at.isoformat() if row and row.withdrawn_at else None,
    )


def _aim(inventory: Inventory, purpose: str) -> dict[str, Any]:
    return {"id": purpose, **inventory.purposes[purpose].model_dump()}


def _item(inventory: Inventory, kind: Kind) -> Item:
    return Item(
        what=kind.what,
        purposes=[inventory.purposes[each].name for each in kind.purposes],
        why=kind.why,
        keep=inventory.kept(kind.keep),
        seen=list(kind.seen),
        shared=[inventory.shared[each].name for each in kind.shared],
    )
