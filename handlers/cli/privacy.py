"""`flask privacy`: the inventory of personal data, as WeChat wants to be told of it, and held against the database."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask.cli import AppGroup

from config.office import Office, load_office
from config.privacy import Inventory, Kind, privacy_of
from config.settings import Settings
from handlers.cli.telling import Open, Told
from models import columns, parting
from models.access import Actor
from models.desk import NoSuchTicket

ADMIN = Actor(0, "命令行", "supervisor")


def group(settings: Settings, open_all: Open) -> AppGroup:
    commands = Told("privacy", help="What is known of people, why, how long and who sees it.")

    @commands.command("guide")
    def guide() -> None:
        """The text for 用户隐私保护指引 of the mini-program, to be put in at mp.weixin.qq.com."""
        for line in _guide(privacy_of(settings)(), load_office(settings.office_file)):
            click.echo(line)

    @commands.command("check")
    def check() -> None:
        """Read privacy.yaml; exit 1 with its first fault, or with the columns that it does not tell of."""
        inventory, name = privacy_of(settings)(), settings.privacy_file.name
        if untold := inventory.untold(columns.texts()):
            raise click.ClickException(
                f"{name}；没有交代这些列：{'、'.join(untold)}；写进 data，不含个人信息的写进 plain"
            )
        if unknown := inventory.unknown(columns.columns()):
            raise click.ClickException(f"{name}；数据库里没有这些列：{'、'.join(unknown)}；去掉，或改正名字")
        kinds = len([kind for kind in inventory.data if kind.whose == "talent"])
        purposes = "、".join(f"{each.name} v{each.version}" for each in inventory.purposes.values())
        click.echo(f"{name} 正确：{kinds} 类个人信息；用途 {purposes}")

    @commands.command("part")
    @click.argument("number")
    def part(number: str) -> None:
        """Part the person of that ticket from the account they were linked with: they say it was not them."""
        kit, _ = open_all(settings)
        try:
            with kit.db.writing() as unit:
                parted = parting.part(unit, kit.desk(unit).get(ADMIN, number).openid, kit.now())
        except NoSuchTicket:
            raise click.ClickException(f"没有工单 {number}") from None
        if parted is None:
            raise click.ClickException("这个人没有关联过别的账号")
        click.echo("已经分开，两边都要重新登录。报名、意向和同意留在公众号那边，工单各归各的")

    return commands


def _guide(inventory: Inventory, office: Office) -> Iterator[str]:
    yield f"{office.account}用户隐私保护指引"
    yield ""
    yield "一、我们处理的信息"
    kinds = [kind for kind in inventory.data if kind.whose == "talent"]
    for number, kind in enumerate(kinds, 1):
        yield f"{number}. {kind.what}：{kind.why}。{_kept(inventory.kept(kind.keep))}。{_seen(inventory, kind)}"
    yield ""
    yield "二、为什么处理，不同意会怎样"
    for purpose in inventory.purposes.values():
        yield f"{purpose.name}：{purpose.text}{purpose.without}{purpose.withdrawn}"
    yield ""
    yield "三、给了谁"
    for party in inventory.shared.values():
        yield f"{party.name}：{party.why}。"
    yield ""
    yield "四、您的权利"
    yield "在“我的”里可以查看和撤回同意、导出自己的数据、结束登录、注销。"
    phone = office.hotline.phone or "（号码还没有公布）"
    yield f"有疑问请联系{office.hotline.name}：{phone}，或在对话里回复“人工”。"


def _kept(told: str) -> str:
    return f"保存 {told}" if told.endswith("天") and told[0].isdigit() else told


def _seen(inventory: Inventory, kind: Kind) -> str:
    parties = "、".join(inventory.shared[each].name for each in kind.shared)
    return f"能看到的：{'、'.join(kind.seen)}{f'；经过：{parties}' if parties else ''}。"
