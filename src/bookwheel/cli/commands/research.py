"""`bookwheel research`: a plan, branches side by side and a checked report."""

from __future__ import annotations

from pathlib import Path

import click

from bookwheel.cli.inputs import (
    documents_of_session,
    existing,
    last_documents,
    question_text,
    saved_session,
    with_env_endpoint,
)
from bookwheel.cli.options import FILTER, NumberRange, PathArgument, options_of, shared_options
from bookwheel.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  bookwheel research "What limits sliding windows, and what replaces them?" ~/papers
  bookwheel research --plan-only "…" ~/papers > plan.md
  bookwheel research --plan plan.md --output report.html "…" ~/papers
  bookwheel research --resume last

\b
With --json, lines on standard input steer the run: {"kind": "drop", "branch": "3"}.
Kinds: add, reword, drop, restore, deeper, hint, pause, go_on, up, down, plan_again, write_now.

\b
Exit codes: 0 a report; 1 the run failed; 2 wrong usage or settings;
3 nothing found in the documents; 4 a limit ended the search (the report
says what is known) or a denied tool; 130 interrupted."""
)
@click.argument("question", required=False)
@click.argument("documents", metavar="[PATH]...", nargs=-1, type=PathArgument(path_type=Path))
@shared_options("model", "allow_env_endpoint", "profile", "top_k", *FILTER, "no_color", "debug")
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Use the plan in FILE, a Markdown list of sub-questions.",
)
@click.option("--plan-only", is_flag=True, help="Print the plan and stop.")
@click.option("--breadth", type=click.IntRange(1, 12), metavar="N", help="At most N sub-questions (default 4).")
@click.option(
    "--rounds", type=click.IntRange(1, 10), metavar="N", help="At most N searches a sub-question (default 3)."
)
@click.option(
    "--max-calls", "--max-turns", type=click.IntRange(1), metavar="N", help="At most N model calls (default 40)."
)
@click.option(
    "--max-tokens", type=click.IntRange(1), metavar="N", help="At most N tokens, in and out (default 200000)."
)
@click.option(
    "--max-cost",
    type=NumberRange(0, min_open=True),
    metavar="DOLLARS",
    help="At most this cost, by the list price of the model or that in the settings.",
)
@click.option(
    "--time-limit",
    type=NumberRange(0, min_open=True),
    metavar="SECONDS",
    help="At most this time (default 900); a quarter of every limit is kept for writing.",
)
@click.option("--web", type=click.Choice(["off", "ask", "on"]), help="Search the web where the documents have nothing.")
@click.option("--resume", metavar="SESSION", help="Go on with the research of a saved session (an id, or “last”).")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the report to FILE as well: .md, .html, .pdf, .json; its sources as .bib, .csl, .ris.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the event log as it happens, one JSON object a line.")
@click.pass_context
def research(
    context: click.Context,
    question: str | None,
    documents: tuple[Path, ...],
    plan_file: Path | None,
    plan_only: bool,
    breadth: int | None,
    rounds: int | None,
    max_calls: int | None,
    max_tokens: int | None,
    max_cost: float | None,
    time_limit: float | None,
    web: str | None,
    resume: str | None,
    output: Path | None,
    as_json: bool,
) -> int:
    """Research QUESTION by a plan, and write a checked report.

    Its sub-questions are searched side by side in your documents; each sentence of the report is checked.

    On a terminal the plan is shown first: "start" runs it, any other line says what to change. Without a terminal it
    runs at once, and the web is off unless --web on. PATH are files and folders; without one, those used last.
    """
    from bookwheel.cli.work.research import ResearchOrder, research_with
    from bookwheel.cli.work.research_input import output_format, plan_text, require_prices
    from bookwheel.wiring.research_options import ResearchOptions

    options = options_of(context)
    if resume is None and question is None:
        raise UsageError(
            "There is no question.", hint="Write it after the command, in quotes, or name a session: --resume."
        )
    session_id = saved_session(resume) if resume else ""
    config = with_env_endpoint(options.load(), options.load)
    require_prices(config, max_cost)
    # With --resume the question comes from the session, so the first argument is a document.
    paths = [Path(question), *documents] if resume and question else list(documents)
    roots = existing(paths) or (documents_of_session(session_id) if session_id else []) or last_documents()
    order = ResearchOrder(
        question="" if session_id else question_text(question or ""),
        session_id=session_id,
        output=output,
        format=output_format(output) if output is not None else "",
        web=web or "",
        as_json=as_json,
    )
    research_options = ResearchOptions(
        breadth=breadth,
        rounds=rounds,
        max_calls=max_calls,
        max_tokens=max_tokens,
        max_cost=max_cost,
        time_s=time_limit,
        plan=plan_text(plan_file) if plan_file is not None else "",
        plan_only=plan_only,
    )
    return research_with(order, roots, config, options, research_options)
