"""Whether a line is code or prose, by its words and signs, and what of code is written for people."""

from __future__ import annotations

from bookwheel.lazy_regex import lazy_regex

_CODE_LINE = lazy_regex(
    r"\s*(?:(?:def|class|return|import|from|const|let|var|public|private|protected|static|elif|else|try|except|finally"
    r"|async|await|func|fn|struct|enum|impl|package|using|namespace|end)\b[^.?!]*\Z|(?:if|for|while|with|switch)\b.*[:{]\s*\Z|@\w[\w.]*|//|/\*|\*/"
    r"|#(?:include|define|!/)|[\w.\[\]\"']+(?:, ?\w+)* ?(?:[-+*/|&:]?=|\+=) ?\S|[\w.]+\([^()]*\);?\s*\Z"
    r"|.*[{};]\s*\Z|[\])}]+[,;]?\s*\Z|\"\"\"|''')"
)
DECORATOR = lazy_regex(r"\s*(?:@\w|#\[)")
DEFINITION = lazy_regex(
    r"\s*(?:(?:export|default|public|private|protected|static|final|abstract|async|pub|unsafe|const)\s+){0,6}"
    r"(?:def|class|function|func|fn|struct|enum|trait|impl|interface|module|namespace)\s+[\w$]"
)
_KEYWORD = lazy_regex(r"\s*(?:return|yield|raise|throw|if|for|while|with|print|assert|await|new|delete)\b")
_CALL_OR_SIGN = lazy_regex(r"[\w.]+\([^()\n]*\)|[{}\[\]<>]|==|!=|->|=>|:=|\$\w|\\\w")
# A comment to the end of a line, not the "//" of an address or the "#" of a colour.
_COMMENT = lazy_regex(r"(?:(?<![:\w])//|(?<!\S)#+|(?<!\S)--(?!\w)|/\*|<!--)[ \t]*(\S.*?)(?:\*/|-->)?[ \t]*\Z")
_TRIPLE = lazy_regex("\"{3}|'{3}")
_QUOTED = lazy_regex(r"\"([^\"\n]*[^\W_] [^\"\n]*)\"|'([^'\n]*[^\W_] [^'\n]*)'")
_CONSTANT = lazy_regex(
    r"\s*(?:(?:const|let|var|final|static|export)\s+)*[\"']?[\w.-]{2,40}[\"']?\s*(?::=|[:=])\s*[^\s(){}\[\]]{1,60},?\s*\Z"
)


def is_code(line: str) -> bool:
    """A statement, a call, a line of braces, not a sentence that begins with "if" or "let"."""
    looks_like_code = _CODE_LINE.match(line) or (_KEYWORD.match(line) and _CALL_OR_SIGN.search(line))
    return bool(looks_like_code) and not is_prose(line)


def is_prose(line: str) -> bool:
    """Several plain words without the characters of code: "let us see", "for a while"."""
    words = line.split()
    plain = sum(word.strip(".,;:!?\"'()").isalpha() for word in words)
    return len(words) >= 4 and plain >= 0.8 * len(words) and _CALL_OR_SIGN.search(line) is None


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
