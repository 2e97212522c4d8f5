"""What somebody scans to have codes on a telephone, at the door and from inside."""

from __future__ import annotations

import pyotp
import segno
from flask import abort, request
from markupsafe import Markup

from handlers.console.gate import Gate
from models.staff import Staff


def offered(gate: Gate, staff: Staff, secret: str = "") -> dict[str, object]:
    """For the form: the drawing, the secret in groups of four, and the secret sealed for this very account."""
    secret = secret or pyotp.random_base32()
    address = pyotp.TOTP(secret).provisioning_uri(name=staff.login, issuer_name=gate.kit.office().account)
    drawn = Markup(segno.make(address).svg_inline(scale=5, border=2, light="#fff", dark="#000"))  # noqa: S704 - segno's
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return {"drawn": drawn, "sealed": gate.sealed("factor", f"{staff.id}:{secret}"), "secret": groups}


def secret_of(gate: Gate, staff: Staff) -> str:
    """The one that was shown to this very account."""
    number, _, secret = gate.unsealed("factor", request.form.get("sealed", "")).partition(":")
    return secret if number == str(staff.id) else abort(400)
