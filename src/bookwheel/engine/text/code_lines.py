"""Whether a line is code or prose, by its words and signs."""

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


def is_code(line: str) -> bool:
    """A statement, a call, a line of braces, not a sentence that begins with "if" or "let"."""
    looks_like_code = _CODE_LINE.match(line) or (_KEYWORD.match(line) and _CALL_OR_SIGN.search(line))
    return bool(looks_like_code) and not is_prose(line)


def is_prose(line: str) -> bool:
    """Several plain words without the characters of code: "let us see", "for a while"."""
    words = line.split()
    plain = sum(word.strip(".,;:!?\"'()").isalpha() for word in words)
    return len(words) >= 4 and plain >= 0.8 * len(words) and _CALL_OR_SIGN.search(line) is None
