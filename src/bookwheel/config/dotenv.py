"""Reads three variables from the `.env` file of the working directory, and nothing else."""

from __future__ import annotations

from pathlib import Path

from bookwheel.config.small_files import read_small_file
from bookwheel.lazy_regex import lazy_regex

MAX_BYTES = 64 * 1024
NAMES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "TAVILY_API_KEY")

_LINE = lazy_regex(r"\s*(?:export\s+)?(?P<name>\w+)\s*=\s*(?P<value>.*?)\s*$")
_COMMENT = lazy_regex(r"\s+#.*$")


def read_dotenv(folder: Path) -> dict[str, str]:
    """The values of `NAMES` in the `.env` of `folder`; empty values count as absent.

    Raises NotReadableError, with the reason, when there is a `.env` that cannot be read.
    """
    file = read_small_file(folder / ".env", MAX_BYTES)
    if file is None:
        return {}
    values: dict[str, str] = {}
    # Not `splitlines`: a value may hold the other characters that it cuts at, such as U+2028.
    for line in file.text.replace("\r\n", "\n").split("\n"):
        match = _LINE.match(line)
        if match and match["name"] in NAMES:
            values[match["name"]] = _unquoted(match["value"])
    return {name: value for name, value in values.items() if value.strip()}


def _unquoted(value: str) -> str:
    quote = value[:1]
    if quote in ("'", '"') and (end := value.find(quote, 1)) > 0:
        return value[1:end]
    return _COMMENT.sub("", value)
