"""The scripted server by hand: each model is a behaviour, so that `--model NAME` shows it in the app."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.support.wire_replies import (
    DONE,
    Close,
    Json,
    Part,
    Pause,
    Reply,
    Reset,
    call,
    chunk,
    error,
    say,
    usage_chunk,
)

LONG_TEXT = " ".join(f"Sentence {n} of a long answer, which cites a passage [1]." for n in range(1, 400))


def manual_reply(request: Json, delay_s: float) -> Reply:
    """The reply that the request's model stands for, at a readable pace."""
    behaviour = MODELS.get(request["model"], _unknown)
    return _paced(behaviour(request), delay_s)


def _paced(reply: Reply, delay_s: float) -> Reply:
    if reply.status != 200 or not delay_s:
        return reply
    parts: list[Part] = [slowed for part in reply.parts for slowed in (Pause(delay_s), part)]
    return Reply(parts, reply.status, reply.content_type, reply.headers)


def _answers(request: Json) -> Reply:
    """Calls the tool that the question names, else the first one offered; then answers from what it sees."""
    messages: list[Any] = request["messages"]
    if (helped := _help_with_search(messages[-1]["content"] or "")) is not None:
        return helped
    question = next((m["content"] for m in reversed(messages) if m["role"] == "user"), "")
    if request.get("tools") and messages[-1]["role"] != "tool":
        functions = [tool["function"] for tool in request["tools"]]
        function = next((f for f in functions if f["name"] in question), functions[0])
        wanted = function["parameters"].get("required") or list(function["parameters"].get("properties", {}))[:1]
        return call((function["name"], dict.fromkeys(wanted, question[-200:])))
    numbers = sorted({int(n) for n in re.findall(r"\[(\d{1,2})\]", str(messages[-1]["content"]))})[:2] or [1]
    cited = " ".join(f"[{n}]" for n in numbers)
    return say(f"**Scripted answer.** The passages say it {cited}.\n\n- first point\n- second point {cited}\n")


def _claims_too_much(request: Json) -> Reply:
    """Quotes the first passage, then says what is in none."""
    passages = re.findall(r"<<passage \w+ 1>>[^\n]*\n(.*?)\n<<end", str(request["messages"][-1]["content"]), re.S)
    sentences = re.split(r"(?<=[.!?])\s+", " ".join((passages or ["Nothing."])[0].split()))
    quoted = next((sentence for sentence in sentences if len(sentence) > 40), sentences[0]).strip("#* .")
    return say(
        f"{quoted} [1]. It was invented in 1588 by Agostino Ramelli for 4,711 readers [1], who called it "
        "“a marvel of our own making” [2].\n\n- The first had room for **12.5 million** books [1].\n- It turns.\n\n"
        "| year | wheels |\n| --- | --- |\n| 1588 | 98,765 [2] |\n\nThe source is not known [9].\n"
    )


def _help_with_search(asked: str) -> Reply | None:
    """What the model is asked besides: to complete a follow-up question, to put passages in order."""
    if asked.endswith("The completed question:"):
        last = re.findall(r"Its last question: (.*)", asked)[-1]
        earlier = re.findall(r"^Question: (.*)", asked, re.MULTILINE)[-1]
        return say(f"{last.rstrip('?')}, to go on from: {earlier}")
    if asked.endswith("The order as JSON:"):
        numbers = [int(number) for number in re.findall(r"^\[(\d+)\]", asked, re.MULTILINE)]
        return say(f'{{"order": {numbers[::-1]}}}')
    return None


def _thinks(request: Json) -> Reply:
    return say("It is so [1].", reasoning="First I look at the passages. Then I weigh them. Then I answer.")


def _is_cut(request: Json) -> Reply:
    return Reply([*[chunk({"content": f"word{n} "}) for n in range(20)], Reset()])


def _ends_early(request: Json) -> Reply:
    return Reply([*[chunk({"content": f"word{n} "}) for n in range(20)], Close()])


def _is_silent(request: Json) -> Reply:
    return Reply([chunk({"content": "Wait for it "}), Pause(3_600)])


def _is_html(request: Json) -> Reply:
    return Reply([b"<html><body>Please log in</body></html>"], 200, "text/html")


def _is_hostile(request: Json) -> Reply:
    text = "\x1b]0;owned\x07 \x1b[2J [/nope] [@click=app.quit]quit[/] \u202etxt.exe \x9b31m <b>bold</b> [1]"
    return Reply([chunk({"content": text}), chunk({}, finish_reason="stop"), usage_chunk(), DONE])


def _unknown(request: Json) -> Reply:
    return error(404, f"The model `{request['model']}` does not exist", code="model_not_found")


MODELS: dict[str, Callable[[Json], Reply]] = {
    "scripted": _answers,
    "scripted-long": lambda request: say(LONG_TEXT),
    "scripted-unsupported": _claims_too_much,
    "scripted-thinking": _thinks,
    "scripted-cut": _is_cut,
    "scripted-ends-early": _ends_early,
    "scripted-silent": _is_silent,
    "scripted-html": _is_html,
    "scripted-hostile": _is_hostile,
    "scripted-401": lambda request: error(401, "Incorrect API key provided", code="invalid_api_key"),
    "scripted-429": lambda request: error(429, "Rate limit reached", headers={"retry-after": "3"}),
    "scripted-500": lambda request: error(500, "The server had an error"),
    "scripted-too-long": lambda request: error(400, "too long", code="context_length_exceeded"),
}
