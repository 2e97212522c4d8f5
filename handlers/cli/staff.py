"""`flask staff`: accounts of the console. The first admin is made here; a password is never an argument."""

from __future__ import annotations

import contextlib
import getpass
from collections.abc import Callable, Iterator

import click
from flask.cli import AppGroup

from bot.kit import Kit
from config.settings import Settings
from handlers.cli.moments import shown
from handlers.cli.telling import Open, Told
from models import password
from models.access import ROLE_NAMES, ROLES
from models.db import Unit
from models.password import Policy
from models.roster import NewStaff, NoSuchStaff, Refused, Roster
from models.seal import Seal
from models.staff import Staff
from models.ticket import HOTLINE

_LOGIN = click.argument("login")
_GENERATE = click.option("--generate", is_flag=True, help="Make a password and show it this once.")


class Accounts(Told):
    """Commands on accounts; what is refused is told in one sentence."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refused as error:
            raise click.ClickException(str(error)) from None
        except NoSuchStaff as error:
            raise click.ClickException(f"没有用户名 {error}；用 flask staff list 看") from None


class Office:
    """The roster, opened when a command needs it."""

    def __init__(self, settings: Settings, open_all: Open) -> None:
        self._settings, self._open = settings, open_all
        self._seal = Seal(settings.secret_key)

    def kit(self) -> Kit:
        return self._open(self._settings)[0]

    def roster(self, unit: Unit) -> Roster:
        return Roster(unit, self._seal)

    def change(self, login: str, verb: Callable[..., object]) -> None:
        """`verb` of Roster, with nothing but whom."""
        kit = self.kit()
        with self.writing(kit) as roster:
            verb(roster, _by(), roster.named(login).id, now=kit.now())

    @contextlib.contextmanager
    def writing(self, kit: Kit) -> Iterator[Roster]:
        with kit.db.writing() as unit:
            yield self.roster(unit)

    def password(self, *about: str, generate: bool) -> str:
        """Typed twice, or made and shown; hashed."""
        if generate:
            made = password.generated()
            click.echo(f"密码（只显示这一次，本人登录后要换）：{made}")
            return password.hashed(made)
        typed: str = click.prompt("密码", hide_input=True, confirmation_prompt="再输一次")
        wrong = password.fault(typed, Policy(self._settings.password_kinds), *about)
        if wrong:
            raise click.ClickException(wrong)
        return password.hashed(typed)


def group(settings: Settings, open_all: Open) -> AppGroup:
    commands = Accounts("staff", help="Accounts of the console.")
    office = Office(settings, open_all)
    _looking(commands, office)
    _making(commands, office)
    _changing(commands, office)
    return commands


def _looking(commands: AppGroup, office: Office) -> None:
    @commands.command("list")
    def list_staff() -> None:
        """Everybody who has an account."""
        kit = office.kit()
        with kit.db.unit() as unit:
            found = office.roster(unit).everybody()
        for each in found:
            click.echo(
                "  ".join([each.login, each.name, ROLE_NAMES[each.role], unit_name(kit, each.unit), _state(each)])
            )
        click.echo(f"共 {len(found)} 个账号" if found else "还没有账号；用 flask staff add 建第一个管理员")


def _making(commands: AppGroup, office: Office) -> None:
    @commands.command("add")
    @_LOGIN
    @click.option("--name", required=True, help="As colleagues see it.")
    @click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
    @click.option("--unit", "home", default=HOTLINE, show_default=True, help="hotline, or a unit of office.yaml.")
    @_GENERATE
    def add(login: str, name: str, role: str, home: str, generate: bool) -> None:
        """A new account. Who gets it chooses a password of their own at the first login."""
        kit = office.kit()
        if home != HOTLINE and home not in kit.office().units:
            raise click.ClickException(f"没有单位 {home}；编号在 {kit.settings.office_file} 的 units 里")
        kept = office.password(login, name, generate=generate)
        with office.writing(kit) as roster:
            made = roster.add(_by(), NewStaff(login, name, role, home, kept), now=kit.now())
        click.echo(f"{made.login} 建好了：{made.name}，{ROLE_NAMES[made.role]}，{unit_name(kit, made.unit)}")


def _changing(commands: AppGroup, office: Office) -> None:
    @commands.command("disable")
    @_LOGIN
    def disable(login: str) -> None:
        """Nobody comes in with it any more; sessions end at once."""
        office.change(login, Roster.disable)
        click.echo(f"{login} 停用了")

    @commands.command("enable")
    @_LOGIN
    def enable(login: str) -> None:
        """Lets it in again, also after too many wrong passwords."""
        office.change(login, Roster.enable)
        click.echo(f"{login} 可以登录了")

    @commands.command("reset")
    @_LOGIN
    @click.option("--factor", is_flag=True, help="The second factor instead of the password.")
    @_GENERATE
    def reset(login: str, factor: bool, generate: bool) -> None:
        """A new password, to be changed at the next login."""
        kit = office.kit()
        with kit.db.unit() as unit:
            staff = office.roster(unit).named(login)
        kept = "" if factor else office.password(staff.login, staff.name, generate=generate)
        with office.writing(kit) as roster:
            if factor:
                roster.reset_factor(_by(), staff.id, now=kit.now())
            else:
                roster.reset_password(_by(), staff.id, kept, now=kit.now())
        click.echo(f"{login} 下次登录要重新设置手机验证码" if factor else f"{login} 的密码改好了")


def unit_name(kit: Kit, unit: str) -> str:
    found = kit.office().units.get(unit)
    return "热线" if unit == HOTLINE else found.name if found else unit


def _state(staff: Staff) -> str:
    words = ["停用" if staff.disabled else "在用"]
    words += [f"锁到 {shown(staff.locked_until)}"] if staff.locked_until else []
    words += ["有手机验证码"] if staff.totp else []
    words += ["演示"] if staff.demo else []
    return "，".join(words)


def _by() -> str:
    return f"cli:{getpass.getuser()}"
