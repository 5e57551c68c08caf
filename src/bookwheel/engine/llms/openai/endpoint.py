"""An OpenAI-compatible endpoint: its address, model and key, and their form in messages, without the key."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from bookwheel.errors import ModelAuthError, UsageError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from urllib.parse import SplitResult

DEFAULT_BASE_URL = "https://api.openai.com/v1"
AZURE = (".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com")
# Sent as the key when no key is set; not a secret.
NO_KEY = "not-needed"
MAX_QUOTED_CHARS = 200

# Paths that users copy together with the base URL from a provider's examples.
_REQUEST_PATH = lazy_regex(
    r"/(?:chat/completions|completions|embeddings|responses|messages|models|rerank)/*\Z|(?<=/v1)/chat/*\Z"
)
# Keys in a provider's text, also partly masked ("sk-abc***xyz").
_KEY_SHAPES = lazy_regex(r"(?i)\b(?:bearer\s+\S{6,}|(?:sk|pk|rk|gsk|xai|tvly|hf)[-_][\w*.\-]{6,})")


# The second is the older name, which LlamaIndex and many gateways still use.
BASE_URL_VARIABLES = ("OPENAI_BASE_URL", "OPENAI_API_BASE")


def endpoint_in(environ: Mapping[str, str]) -> tuple[str, str]:
    """The base URL in the environment, and the name of its variable; two empty strings without one.

    Raises UsageError when both variables are set and differ, because the intended endpoint is not known.
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
    """The address, model and key of an endpoint; `key_source` says where the key came from.

    `query` is added to the address of each request (`api-version=…`); it may contain a secret and is never shown.
    `other_base_url`, with or without `/v1`, is tried when `base_url` does not have the API.
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
        return _parts(self.base_url).hostname or self.base_url

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def key_name(self) -> str:
        """The key for messages: its source and, if it is long enough, its last four characters."""
        source = self.key_source or "the API key"
        return f"{source}, ending in {self.api_key[-4:]}" if len(self.api_key) >= 16 else source

    def redact(self, text: str) -> str:
        """The text with the key, and everything that looks like a key, replaced."""
        if len(self.api_key) >= 4 and self.api_key != NO_KEY:
            text = text.replace(self.api_key, "[key]")
        if self.query:
            text = text.replace(self.query, "…")
        return _KEY_SHAPES.sub("[key]", text)

    def quote(self, text: str) -> str:
        """Text of the endpoint for a message: without the key, on one line, shortened."""
        line = " ".join(self.redact(text).split())
        return line if len(line) <= MAX_QUOTED_CHARS else line[: MAX_QUOTED_CHARS - 1] + "…"


def given_endpoint(
    model: str,
    *,
    base_url: str | None,
    api_key: str | None,
    key_source: str,
    allow_http: bool,
    headers: Mapping[str, str] | None = None,
    http_client: object = None,
) -> Endpoint:
    """The endpoint that a program names by the arguments of a model; without any, that of the environment.

    The key of the environment, `OPENAI_API_KEY`, is taken only where neither a key nor an address is given: it is never
    sent to a given `base_url`. Raises UsageError and ModelAuthError for an address or a key that cannot be used.
    """
    if api_key is None and base_url is None:
        api_key = os.environ.get("OPENAI_API_KEY", "").strip()
        key_source = key_source or "OPENAI_API_KEY"
    address = address_of(base_url or environment_base_url(), allow_http=allow_http)
    source = key_source or "api_key"
    return Endpoint(
        base_url=address.base_url,
        query=address.query,
        other_base_url=address.other_base_url,
        model=model,
        api_key=checked_key(api_key or "", source),
        key_source=source,
        headers=dict(headers or {}),
        http_client=http_client,
    )


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    # Imported late: a question of the command line asks the addresses of this machine alone.
    import ipaddress

    try:
        address = ipaddress.ip_address(host)
        # Servers print the address at which they listen on all networks: 0.0.0.0.
        return address.is_loopback or address.is_unspecified
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Address:
    """The address of an API: base URL, query, and other base URL of an `Endpoint`."""

    base_url: str
    query: str = ""
    other_base_url: str = ""


def address_of(base_url: str, *, allow_http: bool) -> Address:
    """The address of a given base URL, which may have a query, lack `/v1`, or end in the path of a request.

    Raises UsageError as `checked_base_url`.
    """
    url = checked_base_url(base_url, allow_http=allow_http)
    parts = _parts(url)
    path = _REQUEST_PATH.sub("", parts.path).rstrip("/")
    base = f"{parts.scheme}://{parts.netloc}{path}"
    if not path and parts.netloc.endswith(AZURE):
        # The portal shows the address of the resource alone.
        return Address(f"{base}/openai/v1", parts.query)
    if not path:
        # Servers print addresses such as `http://127.0.0.1:11434`; nearly all have their API below /v1.
        return Address(f"{base}/v1", parts.query, base)
    has_version = re.search(r"/v\d+[a-z]*(/|$)", path) is not None
    return Address(base, parts.query, "" if has_version or parts.query else f"{base}/v1")


def environment_base_url() -> str:
    """The base URL in the environment, else OpenAI's. Raises as `endpoint_in`."""
    return endpoint_in(os.environ)[0] or DEFAULT_BASE_URL


def checked_base_url(base_url: str, *, allow_http: bool) -> str:
    """The base URL without blanks, quotation marks around it, fragment and closing slash.

    Raises UsageError if it is not an http(s) address, or would send documents unencrypted to another machine.
    """
    url = _without_quotes(base_url).partition("#")[0].rstrip("/")
    parts = _http_parts(url)
    if parts is None or not parts.hostname:
        raise UsageError(
            f"The base URL '{base_url}' is not an http or https address.",
            hint="It looks like https://api.openai.com/v1 or http://127.0.0.1:11434/v1.",
        )
    if parts.username or parts.password:
        raise UsageError("The base URL contains a user name or password.", hint="Set the key separately from the URL.")
    if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname):
        raise UsageError(
            f"The base URL '{url}' would send the key and the passages unencrypted to another machine.",
            hint="Use https, or allow it on purpose (allow_http = true).",
        )
    return url


def _http_parts(url: str) -> SplitResult | None:
    """The parts of an http(s) address; None for another one, a port that is not one, and brackets that do not close."""
    try:
        parts = _parts(url)
        return parts if parts.scheme in ("http", "https") and parts.port != 0 else None
    except ValueError:
        return None


def _parts(url: str) -> SplitResult:
    from urllib.parse import urlsplit  # late: a question for the embedded model has no endpoint

    return urlsplit(url)


def _without_quotes(value: str) -> str:
    # Docker and systemd keep the quotation marks of a file of variables.
    value = value.strip()
    return value[1:-1].strip() if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def is_sendable_key(key: str) -> bool:
    """Whether the key is valid in a header: one word of printable ASCII, or empty."""
    return key.isascii() and key.isprintable() and " " not in key


def checked_key(api_key: str, source: str) -> str:
    """The key without the blanks and quotation marks around it.

    Raises ModelAuthError, with the source, for a key that is not valid in a header.
    """
    key = _without_quotes(api_key)
    if not is_sendable_key(key):
        raise ModelAuthError(
            f"{source or 'The API key'} contains a blank, a control character or a letter outside ASCII.",
            hint="Copy the key again; it is one word of plain letters, digits and signs.",
        )
    return key
