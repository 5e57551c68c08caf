"""`bookwheel ask`: one answer on standard output."""

from __future__ import annotations

from pathlib import Path

import click

from bookwheel.cli.options import FILTER, NumberRange, PathArgument, options_of, shared_options


@click.command(
    epilog="""\b
Examples:
  bookwheel ask "What does the warranty cover?" ~/manuals
  echo "Summarise the risks" | bookwheel ask - report.pdf
  bookwheel ask --type pdf --since 2024 "What did the board decide?" ~/minutes
  bookwheel ask --continue "And for how long?"
  bookwheel ask --schema invoice.json "What was billed?" ~/invoices | jq .answer
  bookwheel ask --agent --json "What has changed since 2022?" ~/filings | jq .type

\b
Exit codes: 0 an answer; 1 the run failed; 2 wrong usage or settings;
3 nothing in the documents supports an answer; 4 stopped by a limit or a
denied tool; 130 interrupted (what had arrived is saved and printed)."""
)
@click.argument("question")
@click.argument("documents", metavar="[PATH]...", nargs=-1, type=PathArgument(path_type=Path))
@shared_options("resume_last", "session_id", "agent", "model", "allow_env_endpoint", "profile", "top_k", *FILTER)
@click.option("--json", "as_json", is_flag=True, help="Print the event log as it happens, one JSON object a line.")
@click.option(
    "--schema",
    "schema_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Answer with a JSON object that fits the JSON schema in FILE, each value with its citation.",
)
@click.option("--max-turns", type=click.IntRange(1), metavar="N", help="Stop an agent after this many rounds.")
@click.option("--max-tokens", type=click.IntRange(1), metavar="N", help="Stop after this many tokens, in and out.")
@click.option(
    "--max-cost",
    type=NumberRange(0, min_open=True),
    metavar="DOLLARS",
    help="Stop when the tokens cost more, by the list price of the model or that in the settings.",
)
@click.option("--time-limit", type=NumberRange(0, min_open=True), metavar="SECONDS", help="Stop after this time.")
@shared_options("theme", "plain", "no_color", "debug")
@click.pass_context
def ask(
    context: click.Context,
    question: str,
    documents: tuple[Path, ...],
    as_json: bool,
    schema_file: Path | None,
    max_turns: int | None,
    max_tokens: int | None,
    max_cost: float | None,
    time_limit: float | None,
) -> int:
    """Answer QUESTION from your documents.

    The answer is printed as it is written, then its sources; with `-` the question is read from standard input.
    PATH are files and folders; without one, those used last are searched. New and changed ones are indexed first.
    With --continue or --session the question goes on in a saved session, as a follow-up, over its documents.
    With --schema the answer is an object: `answer` fits the schema, `citations` has the words behind each value, and
    where the documents do not say what the schema requires nothing is printed and the exit code is 3.
    """
    from bookwheel.cli.work.ask import ask_given
    from bookwheel.headless.budget import AskLimits

    limits = AskLimits(
        max_turns=max_turns,
        max_tokens=max_tokens,
        max_cost=max_cost or options_of(context).max_cost,
        time_limit_s=time_limit,
    )
    return ask_given(question, documents, options_of(context), limits, as_json=as_json, schema_file=schema_file)
