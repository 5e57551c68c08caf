"""The address of a shared index in the settings: checking it, and showing it without its password."""

from __future__ import annotations

import re

from bookwheel.config.secret import Secret
from bookwheel.errors import ConfigError
from bookwheel.lazy_regex import lazy_regex

_HIDDEN = "(hidden)"
_SCHEME = lazy_regex(r"[a-z][a-z0-9+.-]*://")
_PASSWORD_PARAMETER = lazy_regex(r"(password=)[^&]*", re.IGNORECASE)


def shown_address(address: Secret) -> str:
    """The address without its password."""
    plain = address.reveal()
    scheme, separator, rest = plain.partition("://")
    # Split at the last @: a password may hold @ or a slash that was not written with %.
    user, at, server = rest.rpartition("@")
    name, colon, _ = user.partition(":")
    hidden = f"{name}:{_HIDDEN}" if colon else name
    return f"{scheme}{separator}{hidden}{at}" + _PASSWORD_PARAMETER.sub(rf"\1{_HIDDEN}", server)


def has_password(address: Secret) -> bool:
    """Whether the address holds a password."""
    return shown_address(address) != address.reveal()


def passwords(address: Secret) -> list[Secret]:
    """The password in an address, as written and unquoted; empty when there is none."""
    _, _, rest = address.reveal().partition("://")
    _, _, password = rest.rpartition("@")[0].partition(":")
    if not password:
        return []
    from urllib.parse import unquote

    return [Secret(text) for text in {password, unquote(password)} if text]


def check_address(address: Secret, origin: object) -> None:
    """Raises ConfigError for a text that is not an address; an empty one means the index of this machine."""
    if address and not _SCHEME.match(address.reveal()):
        raise ConfigError(
            f"index.store, {origin}: not the address of a shared index.",
            hint='Write "postgresql://USER@HOST/DATABASE", or leave it empty for an index on this machine.',
        )
