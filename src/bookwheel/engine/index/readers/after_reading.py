"""Checks whether the letters of a text that a reader gave are right: a file that was read may still be nonsense."""

from __future__ import annotations

from bookwheel.engine.index.readers.encodings.letter_models import letter_models
from bookwheel.lazy_regex import lazy_regex

# Formats that hold prose. Source code and data may look like no language.
_PROSE = frozenset({"docx", "epub", "odt", "pdf", "pptx", "rtf"})
_NONSENSE = "its letters fit no language; reading it by OCR may help"
_SAMPLE = 200_000
_MOST_WORDS = 400
_LEAST_PAIRS = 200
# The cost of a pair of letters (see `letter_models`) is 2.1 to 3.3 in 25 languages and in words of chemistry, 4.4 and
# more when letters are exchanged.
_HIGHEST_COST = 4.0
_WORD = lazy_regex(r"(?<![^\W\d_])[A-Za-z]{3,}(?![^\W\d_])")
_WITHOUT_MEANING = lazy_regex("[\ue000-\uf8ff\U000f0000-\U0010fffd\u0080-\u009f]")
_MOST_WITHOUT_MEANING = 0.02
# UTF-8 that was taken for Windows-1252 and saved: "Ã¤" for "ä".
_ENCODED_TWICE = lazy_regex("[ÃÂÅÄÐÑ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\u0080-\u00bf™œž˜“”¦¢]")
_LEAST_ENCODED_TWICE = 3


def doubts_about(text: str, format_name: str) -> list[str]:
    """What is wrong with the letters of a text, in words for the user; empty when they look right."""
    doubts = list[str]()
    if lost := text.count("\ufffd"):
        doubts.append(f"{_counted(lost, 'character')} could not be read (shown as \ufffd)")
    sample = text[:_SAMPLE]
    if sample.isascii():  # most texts are: the two searches for other letters would take 15 ms a megabyte
        return [*doubts, _NONSENSE] if _is_nonsense(sample, format_name) else doubts
    if len(_WITHOUT_MEANING.findall(sample)) > _MOST_WITHOUT_MEANING * len(sample):
        doubts.append("its font does not say which letters it shows; reading it by OCR may help")
    elif _is_nonsense(sample, format_name):
        doubts.append(_NONSENSE)
    if len(_ENCODED_TWICE.findall(sample)) >= _LEAST_ENCODED_TWICE:
        doubts.append("some of its letters were encoded twice before it was saved (Ã¤ for ä)")
    return doubts


def _is_nonsense(sample: str, format_name: str) -> bool:
    if format_name not in _PROSE:
        return False
    words = [word.lower() for word in _WORD.findall(sample)]
    words = words[:: max(1, len(words) // _MOST_WORDS)]
    pairs = sum(len(word) - 1 for word in words)
    if pairs < _LEAST_PAIRS:
        return False
    models = [model for model in letter_models().values() if model.kind == "latin"]
    return min(sum(map(model.ascii_cost, words)) for model in models) > _HIGHEST_COST * pairs


def _counted(number: int, noun: str) -> str:
    return f"one {noun}" if number == 1 else f"{number:,} {noun}s"
