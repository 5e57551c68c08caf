"""An OpenAI-compatible endpoint as messages name it: address, model, source of the key, and never the key."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bookwheel.errors import ModelAuthError, UsageError

DEFAULT_BASE_URL = "https://api.openai.com/v1"
# What a client must send where no key is wanted; it is no secret.
NO_KEY = "not-needed"
MAX_QUOTED_CHARS = 200

# Keys that a provider echoes, its own half-masked spelling ("sk-abc***xyz") included.
_KEY_SHAPES = re.compile(r"(?i)\b(?:bearer\s+\S{6,}|(?:sk|pk|rk|gsk|xai|tvly|hf)[-_][\w*.\-]{6,})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a model is asked, with which key; `key_source` says where the key came from."""

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    key_source: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or self.base_url

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def key_name(self) -> str:
        """The key as a message may name it: its source and, when it is long enough, its last four characters."""
        source = self.key_source or "the API key"
        return f"{source}, ending in {self.api_key[-4:]}" if len(self.api_key) >= 16 else source

    def redact(self, text: str) -> str:
        """The text without the key and without anything shaped like one."""
        if len(self.api_key) >= 4 and self.api_key != NO_KEY:
            text = text.replace(self.api_key, "[key]")
        return _KEY_SHAPES.sub("[key]", text)

    def quote(self, text: str) -> str:
        """What the endpoint said, for a message: no key, one line, not long."""
        line = " ".join(self.redact(text).split())
        return line if len(line) <= MAX_QUOTED_CHARS else line[: MAX_QUOTED_CHARS - 1] + "…"


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_base_url(base_url: str, *, allow_http: bool) -> str:
    """The base URL without blanks and closing slash.

    Raises UsageError when it is no http(s) address, or sends documents in clear text to another machine.
    """
    url = base_url.strip().rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            f"The base URL '{base_url}' is no http or https address.",
            hint="It looks like https://api.openai.com/v1 or http://127.0.0.1:11434/v1.",
        )
    if parts.username or parts.password:
        raise UsageError("The base URL holds a user name or password.", hint="Give the key by itself, not in the URL.")
    if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname):
        raise UsageError(
            f"The base URL '{url}' would send the key and the passages unencrypted to another machine.",
            hint="Use https, or allow it on purpose (allow_http = true).",
        )
    return url


def is_sendable_key(key: str) -> bool:
    """Whether a header can carry the key: one word of printable ASCII, or nothing."""
    return key.isascii() and key.isprintable() and " " not in key


def checked_key(api_key: str, source: str) -> str:
    """The key without surrounding blanks.

    Raises ModelAuthError, naming the source, for a key that no header can carry.
    """
    key = api_key.strip()
    if not is_sendable_key(key):
        raise ModelAuthError(
            f"{source or 'The API key'} holds a blank, a control character or a letter outside ASCII.",
            hint="Copy the key again; it is one word of plain letters, digits and signs.",
        )
    return key
