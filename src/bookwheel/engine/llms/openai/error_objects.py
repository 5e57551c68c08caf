"""Finds the error in what an endpoint sends, in the forms of various servers, and its text.

{"error": {"message": "…", "code": 429}}     OpenAI and most others; also a plain text, or all of it in a list
{"detail": "…"}, {"detail": [{"msg": "…"}]}   servers made with FastAPI
{"code": "…", "message": "…"}                 DashScope; also error_msg, msg, errors, fault and base_resp of others
"""

from __future__ import annotations

from bookwheel.engine.llms.openai.json_values import list_of, object_of, parse_json, parse_object, text_of
from bookwheel.engine.schema import JsonObject, JsonValue

_HOLDERS = ("error", "errors", "detail", "fault", "base_resp", "message", "msg", "error_msg")
_TEXTS = ("message", "msg", "detail", "faultstring", "status_msg", "error_msg", "error", "raw")
_CODES = ("code", "error_code", "status_code", "type")


def error_body(text: str) -> JsonObject | None:
    """The JSON object in the body of a refusal; Gemini sends it in a list."""
    try:
        value = parse_json(text)
    except ValueError:
        return None
    items = list_of(value)
    return object_of(items[0] if items else value)


def error_text(answer: JsonObject) -> str:
    """The text of an error object; empty when there is none."""
    held = next((value for name in _HOLDERS if (value := answer.get(name))), None)
    items = list_of(held)
    fields = object_of(items[0] if items else held)
    if fields is None:
        return text_of(items[0] if items else held)
    message = _message(fields)
    code = next((value for name in _CODES if (value := fields.get(name))), None)
    return f"{message} ({code})" if message and code else message or str(code or "")


def reports_error(chunk: JsonObject, event: str = "") -> bool:
    """Whether a chunk of a stream, or an event of this name, reports an error instead of a part of the answer."""
    if chunk.get("error"):
        return True
    if chunk.get("choices"):
        return False
    status = object_of(chunk.get("base_resp"))
    if status is not None:
        return bool(status.get("status_code"))
    is_named = "error" in (event, chunk.get("object"), chunk.get("type")) or any(chunk.get(name) for name in _CODES[:3])
    holds_one = any(chunk.get(name) for name in ("errors", "detail", "fault", "error_msg"))
    return (is_named or holds_one) and error_text(chunk) != ""


def _message(fields: JsonObject) -> str:
    said = next((value for name in _TEXTS if (value := fields.get(name))), "")
    inner = object_of(said)
    message = text_of(said) if inner is None else _message(inner)
    # A router passes the reason of the provider on as text: {"message": "Provider returned error", "metadata": …}.
    return _reason_of_provider(object_of(fields.get("metadata"))) or message


def _reason_of_provider(metadata: JsonObject | None) -> str:
    raw: JsonValue = (metadata or {}).get("raw")
    inner = object_of(raw) or parse_object(text_of(raw))
    return text_of(raw) if inner is None else error_text(inner)
