"""The address of a model endpoint: whether it may be spoken to."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from bookwheel.errors import ConfigError


def check_base_url(url: str, *, allow_plain_http: bool = False) -> None:
    """Raises ConfigError when `url` is no http address, carries a password, or would send a key in the clear."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ConfigError(f"The endpoint {url!r} is no address: {error}.") from error
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigError(
            f"The endpoint {url!r} is no http address.", hint='Write it like "http://127.0.0.1:11434/v1".'
        )
    if parts.username or parts.password:
        raise ConfigError(
            f"The endpoint at {host} has a user name or password in its address.",
            hint="Take them out; the key goes into OPENAI_API_KEY or model.api_key_command.",
        )
    if parts.scheme == "http" and not allow_plain_http and not is_loopback(parts):
        raise ConfigError(
            f"The endpoint {url!r} is on another machine and not encrypted: others could read along.",
            hint="Use https, or set model.allow_plain_http = true if you trust the whole way there.",
        )


def is_loopback(parts: SplitResult) -> bool:
    """Whether the host of `parts` is this machine."""
    host = (parts.hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
