"""How models mark the thoughts in their content: the tags around them, and how they begin without one."""

from __future__ import annotations

import re

from bookwheel.lazy_regex import lazy_regex

_NAME = (
    r"(?:[a-z]{1,12}[:_])?(?:(?:think(?:ing)?|thoughts?|reason(?:ing)?)(?:_process|_content)?|reflection|scratchpad"
    r"|analysis|monologue|chain_of_thought|cot|antthinking|brainstorm(?:ing)?|plan(?:ning)?)"
)
_ATTRIBUTES = r"[^<>\n]{0,160}"
_FOLDED = r"(?:think|thought|reason|denk|gedank|pens|réfl|рассужд|размышл|思考|推理)"
# DeepSeek writes its tokens with U+FF5C and U+2581.
_TOKEN_NAME = r"(?:think(?:ing)?|reason(?:ing)?|thoughts?)"
_OPENING_TOKEN = (
    rf"(?:begin|start)[_▁ ]?of[_▁ ]?(?:thought|thinking)|START_THINKING|begin_think|{_TOKEN_NAME}|inner_prefix"
)
_CLOSING_TOKEN = (
    r"<[|｜](?:end[_▁ ]?of[_▁ ]?(?:thought|thinking)|END_THINKING|end_think|inner_suffix"
    rf"|/{_TOKEN_NAME})[|｜]>"
)
OPENING = lazy_regex(
    rf"<(?P<tag>{_NAME})(?:\s{_ATTRIBUTES})?>|◁(?P<kimi>think(?:ing)?)▷|\[(?P<mistral>THINK(?:ING)?)\]"
    rf"|<[|｜](?P<token>{_OPENING_TOKEN})[|｜]>"
    r"|(?P<unused><unused94>(?:thought\b)?)|(?P<gemma><\|channel>(?:thought\b)?)"
    rf"|(?P<folded><details\s(?={_ATTRIBUTES}\btype\s?=\s?[\"']?reasoning\b){_ATTRIBUTES}>"
    rf"|<details(?:\s{_ATTRIBUTES})?>\s{{0,3}}<summary>[^<\n]{{0,20}}{_FOLDED}[^<\n]{{0,60}}</summary>)"
    r"|(?P<fenced>```(?:thinking|thoughts?|reasoning)[ \t]*\n)"
    r"|(?P<headed>(?:\*\*)?(?:thinking|reasoning|thought process)(?::\*\*|\*\*:|:)(?=\s)"
    r"|(?:\*\*|#{2,3} )(?:thinking|reasoning|thought process)(?:\*\*)?(?=\n))"
    r"|(?P<announced>here(?:[’']s| is) my thought process:)",
    re.IGNORECASE,
)
CLOSING = lazy_regex(
    rf"</\s?{_NAME}\s?>|◁/think(?:ing)?▷|\[/THINK(?:ING)?\]|{_CLOSING_TOKEN}|<unused95>|<channel\|>"
    # Of a harmony whose first channel the prompt had opened, with its tokens or without.
    r"|(?P<final>(?:<\|end\|>)?<\|start\|>assistant<\|channel\|>final<\|message\|>|assistantfinal)",
    re.IGNORECASE,
)
_BEFORE_ANSWER = (
    r"(?:(?:\*\*)?(?:final )?(?:answer|response)(?::\*\*|\*\*:|:)(?=\s)"
    r"|(?:\*\*|#{2,3} )(?:final )?(?:answer|response)(?:\*\*)?(?=\n))"
)
# Granite writes no tag between its thought and its answer.
ANNOUNCED = ("here is my thought process:", "here's my thought process:")
HEADED = tuple(
    f"{before}{name}{after}"
    for name in ("thinking", "reasoning", "thought process")
    for before, after in (("", ": "), ("**", ":** "), ("**", "**: "), ("**", "**\n"), ("## ", "\n"), ("### ", "\n"))
)
_RESPONSE = r"here(?:[’']s| is) my response:"
_MAY_BECOME_RESPONSE = r"(?<![^\n])h(?:e(?:r(?:e(?:(?:[’']s?| i?s?)(?: m?y?(?: [respon]{0,8})?)?)?)?)?)?"
# The rest of a piece that may become a tag with the next one.
MAY_BECOME_TAG = lazy_regex(
    rf"(?:</?\s?[a-z:_]{{0,24}}\s?|<(?:{_NAME}|details)\s{_ATTRIBUTES}|</\s?{_NAME}\s?>|<[|｜]/?[a-z_▁ ]{{0,20}}[|｜]?"
    rf"|<details(?:\s{_ATTRIBUTES})?>\s{{0,3}}(?:<[a-z]{{0,7}}|<summary>[^<\n]{{0,90}}(?:</?[a-z]{{0,8}})?)?"
    r"|(?:<\|end\|>)?<\|start\|>[a-z]{0,9}(?:<\|?[a-z]{0,8}(?:\|>?[a-z]{0,5}(?:<\|?[a-z]{0,8}\|?)?)?)?|<\|end\|>"
    rf"|<unused9[45]?|<channel\|?|◁/?[a-z]{{0,8}}|\[/?[THINKG]{{0,8}}|`{{1,3}}[a-z]{{0,9}}|{_MAY_BECOME_RESPONSE})\Z",
    re.IGNORECASE,
)
HOLDS_NO_MARK = lazy_regex(r"[^<◁\[]*\Z")
# How models begin to think aloud; an answer to a reader hardly ever begins so. Held back until it is clear which it is.
ALOUD = (
    "okay, so", "okay, the user", "okay, let", "okay, i ", "okay so", "okay. ", "ok, the user", "ok, so", "ok, let",
    "alright, the user", "alright, so", "alright, let", "alright, i ", "hmm", "so the user", "so, the user",
    "the user is asking", "the user asks", "the user asked", "the user wants", "the user's question", "the user has",
    "the user says", "the question asks", "let me think", "let me see", "let me look", "let me check", "let me start",
    "let me analy", "let me re", "let me break", "let me find", "let me go through", "let me parse", "let's see",
    "let's think", "let's analy", "let's look", "let's parse", "we need to", "we have to answer", "we are asked",
    "we are given", "i need to", "i should", "i have to", "first, i need", "first, i should", "first, let me",
    "user asks", "user wants", "looking at the passages", "好的，", "嗯，", "首先，用户", "用户", "我们需要",
    "хорошо, пользователь", "пользователь",
)  # fmt: skip
# Models whose prompt opens the thought, so that only its closing tag is in what they write.
_THINKS_FIRST = lazy_regex(
    r"(?i)(?:^|[^a-z0-9])(?:qwq|qvq|r1|marco-o1|skywork-o[r\d]|glm-z1|minimax-m[12]|exaone-deep|step-?3)(?![a-z0-9])"
    r"|think(?:ing)?(?![a-z])|reason(?:er|ing)(?![a-z])"
)
# Some models set what follows a thought in these tags.
ANSWER_TAG = lazy_regex(
    r"<(?:(?:final_?)?(?:answer|response)|final|output|\|(?:begin_of_(?:solution|box|answer)|START_RESPONSE)\|)>\s*"
)
# A thought that is never closed may have it too.
ANSWER_IN_THOUGHT = lazy_regex(r"(?m)^[ \t]*<(?:final_?)?(?:answer|response)>\s*")
ANSWER_END = lazy_regex(
    r"\s*<(?:/(?:(?:final_?)?(?:answer|response)|final|output)|\|(?:end_of_(?:solution|box|answer)|END_RESPONSE)\|)>"
)


def thinks_first(model: str) -> bool:
    """Whether a model of this name is known to begin with a thought that it does not open."""
    return _THINKS_FIRST.search(model) is not None


def closing_of(opening: re.Match[str]) -> re.Pattern[str]:
    """What closes the thought that this `OPENING` begins."""
    match opening.lastgroup:
        case "tag":
            closing = rf"</\s?{re.escape(opening['tag'])}\s?>"
        case "kimi":
            closing = rf"◁/{opening['kimi']}▷"
        case "mistral":
            closing = rf"\[/{opening['mistral']}\]"
        case "unused":
            closing = "<unused95>"
        case "gemma":
            closing = r"<channel\|>"
        case "folded":
            closing = r"</details\s?>"
        case "announced":
            closing = rf"(?<![^\n]){_RESPONSE}"
        case "headed":
            closing = rf"(?<![^\n]){_BEFORE_ANSWER}"
        case "fenced":
            closing = r"(?<![^\n])```(?!`)"
        case _:
            # Solar marks only the beginning of what follows.
            closing = rf"{_CLOSING_TOKEN}|<\|content\|>"
    return re.compile(closing, re.IGNORECASE)
