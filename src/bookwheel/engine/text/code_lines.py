"""Whether a line is code or prose; the sentences in code; the commands of a console apart from its output."""

from __future__ import annotations

from collections.abc import Iterator

from bookwheel.lazy_regex import lazy_regex

LONG_LINE = 10
_CODE_LINE = lazy_regex(
    r"\s*(?:(?:def|class|return|import|from|const|let|var|public|private|protected|static|elif|else|try|except|finally"
    r"|async|await|func|fn|struct|enum|impl|package|using|namespace|end)\b[^.?!]*\Z|(?:if|for|while|with"
    r"|switch)\b.*[:{]\s*\Z|@\w[\w.]*|//|/\*|\*/"
    r"|#(?:include|define|!/)|[\w.\[\]\"']+(?:, ?\w+)* ?(?:[-+*/|&:]?=|\+=) ?\S|[\w.]+\([^()]*\);?\s*\Z"
    r"|.*[{};]\s*\Z|[\])}]+[,;]?\s*\Z|\"\"\"|''')"
)
DECORATOR = lazy_regex(r"\s*(?:@\w|#\[)")
DEFINITION = lazy_regex(
    r"\s*(?:(?:export|default|public|private|protected|static|final|abstract|async|pub|unsafe|const)\s+){0,6}"
    r"(?:def|class|function|func|fn|struct|enum|trait|impl|interface|module|namespace)\s+[\w$]"
)
# "-x, --one-place  stay in it", "``--all``; show hidden ones": an option, or a name in marks of code, and what it does.
OPTION_ENTRY = lazy_regex(
    r"\s*(?:[`*]{0,4}-{1,2}[^\W\d_][^\s;`*]{0,60}[`*]{0,4}"
    r"(?:(?:, ?|[ =|/]|[`*]{1,4},? )[`*]{0,4}[^\s;`*,]{1,60}[`*]{0,4}){0,4}?(?:; |,? {2,}|,?\t+)"
    r"|`{1,2}[^`\n]{1,80}`{1,2}; )(?=\S)"
)
_KEYWORD = lazy_regex(r"\s*(?:return|yield|raise|throw|if|for|while|with|print|assert|await|new|delete)\b")
_CALL_OR_SIGN = lazy_regex(r"[\w.]+\([^()\n]*\)|[{}\[\]<>]|==|!=|->|=>|:=|\$\w|\\\w")
# A comment to the end of a line, not the "//" of an address or the "#" of a colour.
_COMMENT = lazy_regex(r"(?:(?<![:\w])//|(?<!\S)#+|(?<!\S)--(?!\w)|/\*|<!--)[ \t]*(\S.*?)(?:\*/|-->)?[ \t]*\Z")
_TRIPLE = lazy_regex("\"{3}|'{3}")
_QUOTED = lazy_regex(r"\"([^\"\n]*[^\W_] [^\"\n]*)\"|'([^'\n]*[^\W_] [^'\n]*)'")
_CONSTANT = lazy_regex(
    r"\s*(?:(?:const|let|var|final|static|export)\s+)*[\"']?[\w.-]{2,40}[\"']?\s*(?::=|[:=])\s*[^\s(){}\[\]]{1,60},?"
    r"\s*(?:(?:#|//) .*)?\Z"
)
_NUMBER_OF = lazy_regex(
    r"\s*(?:(?:const|let|var|final|static|export)\s+)*[\"']?([\w.-]{2,40})[\"']?\s*(?::=|[:=])\s*[-+]?\d"
)
_PROMPT = lazy_regex(r"[ \t]*(?:[\w.@~:/-]{0,40}[$%]|[A-Z]:\\[^>\n]{0,60}>|>>>) \S")
_GOES_ON = ("\\", "^", "&&", "|")
_FILLED_LINE = lazy_regex(r"[^\n]*\S[^\n]*")
_MARKS = ("```", "~~~")


def is_code(line: str) -> bool:
    """A statement, a call, a line of braces, not a sentence that begins with "if" or "let"."""
    looks_like_code = _CODE_LINE.match(line) or (_KEYWORD.match(line) and _CALL_OR_SIGN.search(line))
    return bool(looks_like_code) and not is_prose(line)


def is_prose(line: str) -> bool:
    """Several plain words without the characters of code: "let us see", "for a while"."""
    words = line.split()
    plain = sum(word.strip(".,;:!?\"'()").isalpha() for word in words)
    # A long line of prose has times, sums and names beside its words.
    share = 0.8 if len(words) < LONG_LINE else 0.65
    return len(words) >= 4 and plain >= share * len(words) and _CALL_OR_SIGN.search(line) is None


def written_for_people(code: str) -> str:
    """The comments, docstrings, quoted texts, sentences and constants of code; a statement says no price or name."""
    found: list[str] = []
    is_in_text = False
    for line in code.splitlines():
        parts = _TRIPLE.split(line)
        if is_in_text or len(parts) > 1:
            inside = parts[0::2] if is_in_text else parts[1::2]
            found += inside
            is_in_text ^= len(parts) % 2 == 0
            continue
        if (is_prose(line) and not line.rstrip().endswith((";", "{"))) or _CONSTANT.match(line):
            found.append(line)
            continue
        found += (text for match in _QUOTED.finditer(line) for text in match.groups() if text)
        if (comment := _COMMENT.search(line)) is not None:
            found.append(comment[1])
    return "\n".join(part.strip() for part in found if part.strip())


def name_of_constant(line: str) -> str:
    """The name that a line of code gives a number: "HOURLY_RATE" of "HOURLY_RATE = 68  # euros"; empty for others."""
    match = _NUMBER_OF.match(line) if _CONSTANT.match(line) else None
    return match[1] if match is not None else ""


def console_parts(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """The ranges of the typed lines, and of the answers to them (True); the whole range for other code.

    A command is what a reader looks for, and its output may fill a page.
    """
    lines = [match.span() for match in _FILLED_LINE.finditer(text, start, end)]
    is_typed = [_PROMPT.match(text, *line) is not None for line in lines]
    if not any(is_typed):
        yield start, end, False
        return
    first = last = 0
    is_command = False
    for at, (begin, stop) in enumerate(lines):
        is_mark = text[begin:stop].strip().startswith(_MARKS)
        goes_on = at > 0 and is_command and text[lines[at - 1][0] : lines[at - 1][1]].rstrip().endswith(_GOES_ON)
        now = is_typed[at] or goes_on
        # The mark at the end stays with what is above it.
        if at > 1 and now != is_command and not is_mark:
            yield lines[first][0], lines[last][1], not is_command
            first = at
        is_command = is_command if is_mark and at > 0 else now
        last = at
    yield lines[first][0], lines[last][1], not is_command


def with_both_fences(code: str) -> str:
    """A part of a fenced block with the fence that it lacks."""
    lines = [line.strip() for line in code.strip().split("\n")]
    opens = lines[0].startswith(_MARKS)
    closes = len(lines) > 1 and lines[-1].startswith(_MARKS) and not lines[-1].strip("`~")
    if opens == closes:
        return code
    mark = (lines[0] if opens else lines[-1])[:3]
    return f"{code.rstrip()}\n{mark}" if opens else f"{mark}\n{code}"
