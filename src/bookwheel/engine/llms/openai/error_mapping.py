"""Maps the failures of an endpoint to errors with a message and a hint."""

from __future__ import annotations

import os
import socket
import ssl

from bookwheel.engine.llms.openai.endpoint import Endpoint
from bookwheel.engine.llms.openai.error_objects import error_text
from bookwheel.engine.llms.openai.json_values import object_of
from bookwheel.engine.llms.openai.transport import LONGEST_RETRY_AFTER_S, OversizedError, Refusal
from bookwheel.engine.schema import JsonObject
from bookwheel.errors import (
    ContextTooLongError,
    ModelAuthError,
    ModelError,
    ModelNotFoundError,
    ModelRateLimitError,
    ModelRefusalError,
    ModelResponseError,
    ModelStreamCutError,
    ModelUnreachableError,
)
from bookwheel.lazy_regex import lazy_regex

# Azure names the model in the address.
_DEPLOYMENT = lazy_regex(r"/deployments/([\w.-]{1,80})")
_CERTIFICATES = lazy_regex(r"(?i)certificate|ssl|tls")
# What OpenSSL says of an answer that is not TLS, and of none: a server without TLS may wait for the end of a request.
_PLAIN = lazy_regex(r"(?i)wrong[_ ]version[_ ]number|http[_ ]request|record[_ ]layer|operation did not complete")


def refused(refusal: Refusal, endpoint: Endpoint) -> ModelError:
    """The error for an error status."""
    said = endpoint.quote(refusal.detail)
    quoted = f': "{said}"' if said else "."
    match refusal.status:
        case _ if refusal.is_too_long:
            return ContextTooLongError(
                f"The prompt is too long for {endpoint.model} at {endpoint.host}{quoted}",
                hint="Ask with fewer passages (--top-k), start a new session, or choose a model with a larger window.",
            )
        case _ if refusal.is_unknown_model and (deployment := _DEPLOYMENT.search(endpoint.base_url)):
            return ModelNotFoundError(
                f"{endpoint.host} has no deployment '{deployment[1]}'{quoted}",
                hint="Name a deployment of this resource in the base URL; a new one takes some minutes to appear.",
            )
        case _ if refusal.is_unknown_model:
            return ModelNotFoundError(
                f"{endpoint.host} does not know the model '{endpoint.model}'{quoted}",
                hint="Name another model with --model NAME or in the settings.",
            )
        case 401 | 403:
            return _auth_error(refusal.status, endpoint, quoted)
        case 402 | 429:
            return _rate_error(refusal, endpoint, quoted)
        case 407:
            return ModelUnreachableError(
                f"The proxy on the way to {endpoint.host} asks for a login (407).",
                hint="Set HTTPS_PROXY with its user and password, or NO_PROXY for this host.",
            )
        case 404 | 405 | 501:
            return ModelResponseError(
                f"There is no chat-completions API at {endpoint.base_url} ({refusal.status}){quoted}",
                hint="Check the base URL; most end in /v1.",
            )
        case status if 300 <= status < 400:
            target = endpoint.quote(refusal.headers.get("location", "another address"))
            return ModelResponseError(
                f"{endpoint.base_url} redirects to {target}; the key is not sent there.",
                hint="Set the base URL to the address that answers itself.",
            )
        case status if status >= 500:
            return ModelResponseError(
                f"{endpoint.host} failed with an internal error ({status}){quoted}",
                hint="Ask again in a moment, or choose another model.",
            )
        case status:
            return ModelResponseError(f"{endpoint.host} refused the request ({status}){quoted}")


def _auth_error(status: int, endpoint: Endpoint, quoted: str) -> ModelAuthError:
    if not endpoint.api_key:
        return ModelAuthError(
            f"{endpoint.host} requires an API key, and none is set ({status}).",
            hint="Set OPENAI_API_KEY, or api_key_command in the settings.",
        )
    return ModelAuthError(
        f"{endpoint.host} refused the key from {endpoint.key_name} ({status}){quoted}",
        hint="Check that the key is complete, valid, and belongs to this endpoint.",
    )


def _rate_error(refusal: Refusal, endpoint: Endpoint, quoted: str) -> ModelRateLimitError:
    if refusal.is_out_of_quota:
        return ModelRateLimitError(
            f"The account at {endpoint.host} has no credit left ({refusal.status}){quoted}",
            hint="Check plan and billing there, or choose another model.",
        )
    wait = refusal.retry_after_s
    when = f"Ask again {_in_time(wait)}" if wait is not None else "Ask again in a moment"
    return ModelRateLimitError(
        f"{endpoint.host} accepts no more requests right now ({refusal.status}){quoted}",
        hint=f"{when}, or choose another model.",
        retry_after_s=wait,
    )


def _in_time(seconds: float) -> str:
    if seconds >= LONGEST_RETRY_AFTER_S:
        return "tomorrow"
    return f"in {seconds:.0f} seconds" if seconds < 7200 else f"in {seconds / 3600:.0f} hours"


def unreachable(error: BaseException, endpoint: Endpoint) -> ModelUnreachableError:
    """The error for a connection that could not be made."""
    causes = _causes(error)
    reason = endpoint.quote(next((text for cause in reversed(causes) if (text := _said(cause))), type(error).__name__))
    setting, proxy = _proxy_of(endpoint)
    way = f" through the proxy {proxy}" if proxy else ""
    message = f"No connection to {endpoint.base_url}{way}: {reason}"
    if any(_PLAIN.search(str(cause)) for cause in causes):
        message = f"No connection to {endpoint.base_url}{way}: what answers there does not speak TLS."
        hint = "Check scheme and port of the base URL: is it an http:// address?"
    elif any(_CERTIFICATES.search(f"{type(cause).__name__} {cause}") for cause in causes):
        hint = (
            "The certificate cannot be checked: let SSL_CERT_FILE name the server's own certificate, install the "
            "system's ca-certificates, or check the proxy."
        )
    elif endpoint.is_loopback:
        hint = "Start the model server, or choose another model; `bookwheel doctor` lists what answers here."
    elif proxy:
        hint = f"Check the proxy ({setting}), or name the host in NO_PROXY, then ask again."
    else:
        hint = "Check the network, the base URL and the proxy settings, then ask again."
    return ModelUnreachableError(message, hint=hint)


def unprepared(error: Exception, endpoint: Endpoint) -> ModelUnreachableError:
    """The error for a client that cannot be made of the proxy and the certificates of the environment."""
    on_the_way = f"The proxy on the way to {endpoint.host}"
    if isinstance(error, ImportError):
        return ModelUnreachableError(
            f"{on_the_way} speaks SOCKS, which needs the package socksio.",
            hint="Install it (pip install socksio), or set HTTPS_PROXY and ALL_PROXY to an HTTP proxy, or NO_PROXY.",
        )
    if "socks4" in str(error):
        return ModelUnreachableError(
            f"{on_the_way} speaks SOCKS 4, which cannot be used.",
            hint="Set HTTPS_PROXY and ALL_PROXY to an HTTP proxy or to socks5://… (package socksio), or NO_PROXY.",
        )
    if isinstance(error, OSError):
        file = os.environ.get("SSL_CERT_FILE", "")
        kind = "it has no certificates" if isinstance(error, ssl.SSLError) else error.strerror or str(error)
        return ModelUnreachableError(
            f"No connection to {endpoint.host} can be prepared: SSL_CERT_FILE is {endpoint.quote(file)}: {kind}.",
            hint="Let SSL_CERT_FILE name a file of certificates in PEM format, or unset it.",
        )
    return ModelUnreachableError(
        f"{on_the_way} has no usable address: {error}.",
        hint="Set HTTPS_PROXY and ALL_PROXY to an address such as http://proxy:3128, or unset them.",
    )


def oversized(failure: OversizedError, endpoint: Endpoint) -> ModelResponseError:
    """The error for an answer that is too large."""
    return ModelResponseError(
        f"The answer of {endpoint.base_url} is too large: {failure}.",
        hint="Is it the address of an API? Check the base URL (most end in /v1).",
    )


def silent(endpoint: Endpoint, seconds: float, only: str = "") -> ModelUnreachableError:
    """The error for an endpoint that accepted the request and sent nothing, or `only` what is not an answer."""
    did = f"sent only {only}" if only else "was silent"
    return ModelUnreachableError(
        f"{endpoint.host} {did} for {seconds:.0f} seconds after the question to {endpoint.model}.",
        hint="The model may be loading or overloaded: ask again, or raise model.timeout_s in the settings.",
    )


def cut(endpoint: Endpoint, reason: str, partial: str) -> ModelStreamCutError:
    """The error for an answer that ended before it was complete."""
    return ModelStreamCutError(
        f"The answer of {endpoint.model} broke off: {endpoint.quote(reason)}",
        hint="What had arrived is kept. Ask again for a whole answer.",
        partial=partial,
    )


def declined(endpoint: Endpoint, partial: str) -> ModelRefusalError:
    """The error for a model that said, in the field for it, that it refuses to answer."""
    return ModelRefusalError(
        f"{endpoint.model} refused to answer.", hint="Ask in other words, or choose another model.", partial=partial
    )


def in_stream(chunk: JsonObject, endpoint: Endpoint) -> ModelError:
    """The error for an error object with status 200, before any text."""
    fields = object_of(chunk.get("error")) or chunk
    codes = (fields.get(name) for name in ("status_code", "code", "error_code", "status"))
    status = next((int(code) for code in codes if isinstance(code, int | str) and str(code).isdecimal()), 0)
    said = error_text(chunk) or "no reason given"
    refusal = Refusal(status or 400, said, {})
    if status in (401, 402, 403, 429) or refusal.is_too_long or refusal.is_unknown_model:
        return refused(refusal, endpoint)
    return ModelResponseError(
        f'{endpoint.model} at {endpoint.host} reported an error instead of an answer: "{endpoint.quote(said)}"',
        hint="Ask again, or choose another model.",
    )


def not_an_api(endpoint: Endpoint, head: str) -> ModelResponseError:
    """The error for a success without an answer: a login page, an empty body."""
    said = endpoint.quote(head)
    what = f'answered with something that is not a chat completion: "{said}"' if said else "answered with nothing"
    return ModelResponseError(
        f"{endpoint.base_url} {what}",
        hint="Is it the address of an API? Check the base URL (most end in /v1), the proxy, the network's login page.",
    )


def _proxy_of(endpoint: Endpoint) -> tuple[str, str]:
    """The setting that names the proxy to the endpoint, and the proxy without its password; empty without one."""
    if endpoint.is_loopback or endpoint.http_client is not None:
        return "", ""
    from urllib.parse import urlsplit
    from urllib.request import getproxies, proxy_bypass

    proxies = getproxies()
    kind = next((kind for kind in (urlsplit(endpoint.base_url).scheme, "all") if proxies.get(kind)), "")
    if not kind or proxy_bypass(endpoint.host):
        return "", ""
    return f"{kind.upper()}_PROXY", endpoint.quote(proxies[kind].rpartition("@")[2].rpartition("//")[2])


def _said(cause: BaseException) -> str:
    # Itself it says "[Errno 111] Connect call failed ('127.0.0.1', 9)". Errors of certificates have other numbers.
    if (isinstance(cause, ConnectionError) or type(cause) is OSError) and cause.errno:
        return os.strerror(cause.errno)
    return (cause.strerror if isinstance(cause, socket.gaierror) else None) or str(cause)


def _causes(error: BaseException) -> list[BaseException]:
    causes: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and len(causes) < 10:
        causes.append(current)
        current = current.__cause__ or current.__context__
    return causes
