"""How useful and how honest the embedded model's answers are, on a sheet of questions about a folder of documents.

    python -m benchmarks.answers FOLDER [--meaning] [--only ID] [--failures]

FOLDER holds `documents/` and `questions.jsonl`, one question a line: `id`, `kind`, `question`, `status` (`answer`, or
`none` where the documents do not say); what the answer must have: `must` (patterns), `any` (lists of patterns, one of
each), `not`, `most_words`, `source` (the cited file; `a|b`: one of them; a list: each); `after` (asked before, in the
same session), `in` (the subfolder that is asked), `needs` ("meaning": asked with the local embedding model alone).

*Useful* is the share of right answers where there is one, *honest* the share of refusals where there is none. Figures
are kept by commit in the temporary folder; those of the nearest earlier commit are printed beside.
"""

import argparse
import asyncio
import hashlib
import json
import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bookwheel import wiring
from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.subscription import RecordFeed
from bookwheel.config.load import load_config
from bookwheel.config.setting_tables import Config
from bookwheel.engine.events.run_events import RunFinished
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.transcript.answer import RunAnswer

VERDICTS = ("right", "half", "wrong", "refused", "made up")
_CITATION = re.compile(r"\[\d+\]")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\u3040-\u30ff\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: its text, the names of the files that it cites, whether it says that nothing was found."""

    text: str
    cited: frozenset[str]
    is_refusal: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A question of the sheet with its answer, the verdict and the reasons."""

    question: dict[str, Any]
    given: Given
    verdict: str
    reasons: list[str] = field(default_factory=list[str])


def judged(question: dict[str, Any], given: Given) -> Judged:
    """The verdict on one answer."""
    if question["status"] == "none":
        return Judged(question, given, "right" if given.is_refusal else "made up")
    if given.is_refusal:
        return Judged(question, given, "refused")
    text = " ".join(given.text.split())
    wanted = [[pattern] for pattern in question.get("must", [])] + question.get("any", [])
    missing = [group for group in wanted if not any(re.search(pattern, text, re.IGNORECASE) for pattern in group)]
    reasons = [f"lacks {' or '.join(group)}" for group in missing]
    reasons += [f"has {pattern}" for pattern in question.get("not", []) if re.search(pattern, text, re.IGNORECASE)]
    if (count := word_count(given.text)) > question["most_words"]:
        reasons.append(f"{count} words, at most {question['most_words']}")
    sources = question.get("source", [])
    for source in [sources] if isinstance(sources, str) else sources:
        if given.cited.isdisjoint(source.split("|")):
            reasons.append(f"does not cite {source}")
    verdict = "wrong" if len(missing) == len(wanted) else "half" if reasons else "right"
    return Judged(question, given, verdict, reasons)


def word_count(text: str) -> int:
    """The number of words; two characters of Chinese or Japanese count as one, citations do not count."""
    text = _CITATION.sub(" ", text)
    return len(_UNSPACED.findall(text)) // 2 + len(_WORD.findall(text))


class Sheet:
    """Asks the questions of one sheet in this process, on a new index."""

    def __init__(self, folder: Path, home: Path, *, with_meaning: bool) -> None:
        self._documents = folder / "documents"
        self._home = home
        self._with_meaning = with_meaning

    async def answers(self, questions: Sequence[dict[str, Any]]) -> list[Judged]:
        settings = self._home / "config"
        settings.mkdir()
        meaning = '\n[embeddings]\nprovider = "local"\n' if self._with_meaning else ""
        (settings / "config.toml").write_text(f'[model]\nprovider = "extractive"\n{meaning}', "utf-8")
        os.environ |= {"BOOKWHEEL_CONFIG_DIR": str(settings), "BOOKWHEEL_DATA_DIR": str(self._home / "data")}
        config = load_config()
        assistant = wiring.build(config, mode="query")
        feed = assistant.records()
        try:
            await assistant.start([self._documents])
            await assistant.wait_indexed()
            if self._with_meaning:
                await embedded(config)
            return [judged(question, await self._ask(assistant, feed, question)) for question in questions]
        finally:
            await assistant.aclose()

    async def _ask(self, assistant: Assistant, feed: RecordFeed, question: dict[str, Any]) -> Given:
        await assistant.sessions.new()
        folder = str((self._documents / question["in"]).resolve()) if "in" in question else ""
        await assistant.documents.set_filter(Selection(scope=(folder,)) if folder else EVERYTHING)
        given = Given("", frozenset(), is_refusal=True)
        for text in (question["after"], question["question"]) if "after" in question else (question["question"],):
            given = await asked(assistant, feed, text)
        return given


async def embedded(config: Config) -> None:
    """Embed every passage, as `bookwheel index` does."""
    library = wiring.build_library(config)
    try:
        async with aclosing(library.embed()) as steps:
            async for _ in steps:
                pass
    finally:
        await library.aclose()


async def asked(assistant: Assistant, feed: RecordFeed, question: str) -> Given:
    """One question, with its answer."""
    run, answer = await assistant.ask(question), RunAnswer()
    async for record in feed:
        if record.run != run:
            continue
        answer.apply(record.event)
        if isinstance(record.event, RunFinished):
            cited = frozenset(Path(citation.path or "").name for citation in record.event.citations)
            return Given(record.event.response or "", cited, answer.is_unsupported)
    raise SystemExit("the desk was closed before it answered")


def shares(rows: Sequence[Judged]) -> dict[str, float]:
    """`useful` and `honest` in percent, where there are questions for them."""
    found: dict[str, float] = {}
    for name, status in (("useful", "answer"), ("honest", "none")):
        verdicts = [row.verdict for row in rows if row.question["status"] == status]
        if verdicts:
            found[name] = 100 * verdicts.count("right") / len(verdicts)
    return found


def lines_of(rows: Sequence[Judged], before: dict[str, float]) -> Iterator[str]:
    """The table by kind, then both shares beside those of the last measured commit."""
    yield f"\n{'kind':<14}{'asked':>6}" + "".join(f"{verdict:>9}" for verdict in VERDICTS)
    kinds = sorted({row.question["kind"] for row in rows})
    for kind in (*kinds, "all"):
        counts = Counter(row.verdict for row in rows if kind in (row.question["kind"], "all"))
        yield f"{kind:<14}{counts.total():>6}" + "".join(f"{counts[verdict] or '.':>9}" for verdict in VERDICTS)
    for name, share in shares(rows).items():
        beside = f"   (before: {before[name]:.0f} %)" if name in before else ""
        yield f"{name}: {share:.0f} %{beside}"
    too_long = sum("words, at most" in reason for row in rows for reason in row.reasons)
    yield f"longer than allowed: {too_long}"


class Kept:
    """The figures of earlier commits, in the temporary folder."""

    def __init__(self, sheet: Path, *, with_meaning: bool) -> None:
        name = hashlib.sha1((sheet / "questions.jsonl").read_bytes()).hexdigest()[:12]
        self._folder = Path(tempfile.gettempdir()) / "bookwheel-answers" / f"{name}{'-meaning' * with_meaning}"

    def before(self) -> dict[str, float]:
        """The figures of the nearest earlier commit that was measured."""
        for commit in _git("rev-list", "--max-count=200", "HEAD").split()[1:]:
            if (path := self._folder / f"{commit}.json").is_file():
                return json.loads(path.read_text("utf-8"))
        return {}

    def keep(self, figures: dict[str, float]) -> None:
        """Store the figures of this commit; not with uncommitted changes."""
        if (commit := _git("rev-parse", "HEAD").strip()) and not _git("status", "--porcelain").strip():
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / f"{commit}.json").write_text(json.dumps(figures), "utf-8")


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], capture_output=True, text=True, cwd=Path(__file__).parent, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def main() -> None:
    """Ask the sheet and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--meaning", action="store_true", help="with the local embedding model; asks all questions")
    parser.add_argument("--only", metavar="ID", help="one question, its answer in full")
    parser.add_argument("--failures", action="store_true", help="show each answer that is not right")
    options = parser.parse_args()
    if options.folder is None:
        print("skipped: the sheet of questions is not shipped; name the folder that holds it")
        return
    lines = (options.folder / "questions.jsonl").read_text("utf-8").split("\n")
    questions = [json.loads(line) for line in lines if line.strip()]
    chosen = [question for question in questions if options.meaning or question.get("needs") != "meaning"]
    if options.only:
        chosen = [question for question in questions if question["id"] == options.only]
    with tempfile.TemporaryDirectory() as home:
        sheet = Sheet(options.folder.resolve(), Path(home), with_meaning=options.meaning)
        rows = asyncio.run(sheet.answers(chosen))
    for row in rows:
        if options.only or (options.failures and row.verdict != "right"):
            print(f"\n{row.question['id']} {row.verdict}: {'; '.join(row.reasons)}\n   Q: {row.question['question']}")
            print(f"   A: {row.given.text if options.only else ' '.join(row.given.text.split())[:400]}")
    kept = Kept(options.folder, with_meaning=options.meaning)
    print("\n".join(lines_of(rows, kept.before())))
    if not options.only:
        kept.keep(shares(rows))


if __name__ == "__main__":
    main()
