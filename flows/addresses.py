"""Addresses of a server and a cluster: what is wrong with one, and whether a server answers there.

Only the standard library is imported: `doctor` asks here too, and must speak without packages.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request

#: What stands before the host: a user's name and password. Passwords may have any character.
_USER = re.compile(r"(?P<scheme>\w+://)?(?P<user>.*)@")


class AddressError(RuntimeError):
    """An address that leads to nothing that can be used."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(f"{found}: {remedy}")
        self.found = found
        self.remedy = remedy


def mask_user(url: str) -> str:
    """Return an address as it may be printed: three stars for a user's name and password."""
    return _USER.sub(r"\g<scheme>***@", url, count=1)


def without_user(url: str) -> str:
    """Return an address without a user's name and password."""
    return _USER.sub(r"\g<scheme>", url, count=1)


def check_server(url: str, seconds: float = 10.0) -> None:
    """Refuse to go on where no healthy Prefect server answers at the address of an API.

    Raises
    ------
    AddressError
        Names the address, without its password, and says what to do.
    """
    fault = _fault(url, seconds)
    if fault:
        raise AddressError(
            f"no Prefect server answers at PREFECT_API_URL={mask_user(url)} ({fault})",
            "start it, correct the address, which ends in /api, or unset it to have a local one",
        )


def is_healthy(url: str, seconds: float = 1.0) -> bool:
    """Whether a Prefect server answers and is well, and nothing else answers there."""
    return not _fault(url, seconds)


def _fault(url: str, seconds: float) -> str:
    """Say what is wrong with a server; nothing where it is well."""
    try:
        with urllib.request.urlopen(_question(url), timeout=seconds) as answer:
            return "" if json.load(answer) is True else "it says that it is not healthy"
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        return str(error).strip() or type(error).__name__


def _question(url: str) -> urllib.request.Request:
    """Ask as Prefect's client does: a name and a password go into a header, not to the resolver."""
    request = urllib.request.Request(f"{without_user(url).rstrip('/')}/health")
    user = _USER.match(url)
    if user:
        known = base64.b64encode(urllib.parse.unquote(user["user"]).encode()).decode()
        request.add_header("Authorization", f"Basic {known}")
    return request
