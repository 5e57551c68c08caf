"""An OpenAI-compatible endpoint as messages name it: address, model, source of the key, and never the key."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import field
from urllib.parse import urlsplit

from bookwheel.errors import ModelAuthError, UsageError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

DEFAULT_BASE_URL = "https://api.openai.com/v1"
# Sent as the key where none is needed; it is not a secret.
NO_KEY = "not-needed"
MAX_QUOTED_CHARS = 200

# What people copy behind the base URL from the examples of a provider.
_REQUEST_PATH = lazy_regex(r"/(?:chat/completions|completions|embeddings|responses|models|rerank)/*\Z")
# Keys that a provider echoes, its own half-masked spelling ("sk-abc***xyz") included.
_KEY_SHAPES = lazy_regex(r"(?i)\b(?:bearer\s+\S{6,}|(?:sk|pk|rk|gsk|xai|tvly|hf)[-_][\w*.\-]{6,})")


# The second is the older name, which LlamaIndex and many gateways' instructions still use.
BASE_URL_VARIABLES = ("OPENAI_BASE_URL", "OPENAI_API_BASE")


def endpoint_in(environ: Mapping[str, str]) -> tuple[str, str]:
    """The endpoint that the environment names, and the variable that names it; two empty texts without one.

    Raises UsageError when both variables are set and differ: keys and passages would go to one of two endpoints.
    """
    named = {name: url for name in BASE_URL_VARIABLES if (url := environ.get(name, "").strip())}
    if len({url.rstrip("/") for url in named.values()}) > 1:
        raise UsageError(
            "OPENAI_BASE_URL and OPENAI_API_BASE name different endpoints, so no question is sent.",
            hint="Unset one of the two.",
        )
    return next(((url, name) for name, url in named.items()), ("", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a model is asked, with which key; `key_source` says where the key came from.

    `query` goes into the address of each request (`api-version=…`); it may hold a secret and is never shown.
    `other_base_url` is asked where `base_url` has no such API: with or without `/v1`.
    """

    base_url: str
    model: str
    query: str = field(default="", repr=False)
    other_base_url: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    key_source: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    http_client: object = field(default=None, repr=False, compare=False)

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
        if self.query:
            text = text.replace(self.query, "…")
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


@dataclass(frozen=True, slots=True)
class Address:
    """The address of an API, as an `Endpoint` has it."""

    base_url: str
    query: str = ""
    other_base_url: str = ""


def address_of(base_url: str, *, allow_http: bool) -> Address:
    """The address that a base URL means: with a query, with or without `/v1`, or ending in the path of a request.

    Raises UsageError as `checked_base_url`.
    """
    url = checked_base_url(base_url, allow_http=allow_http)
    parts = urlsplit(url)
    path = _REQUEST_PATH.sub("", parts.path).rstrip("/")
    base = f"{parts.scheme}://{parts.netloc}{path}"
    if not path:
        # `http://127.0.0.1:11434` is how servers name themselves; nearly all have their API below /v1.
        return Address(f"{base}/v1", parts.query, base)
    has_version = re.search(r"/v\d+[a-z]*(/|$)", path) is not None
    return Address(base, parts.query, "" if has_version or parts.query else f"{base}/v1")


def environment_base_url() -> str:
    """The base URL that the environment names, OpenAI's own where it names none. Raises as `endpoint_in`."""
    return endpoint_in(os.environ)[0] or DEFAULT_BASE_URL


def checked_base_url(base_url: str, *, allow_http: bool) -> str:
    """The base URL without blanks, fragment and closing slash.

    Raises UsageError for what is not an http(s) address, or sends documents in clear text to another machine.
    """
    url = base_url.strip().partition("#")[0].rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            f"The base URL '{base_url}' is not an http or https address.",
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
