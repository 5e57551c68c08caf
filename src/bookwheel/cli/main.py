"""The program: arguments in, exit code out; the only file where an error becomes a line on standard error."""

from __future__ import annotations

import gc
import os
import resource
import sys
from collections.abc import Sequence
from contextlib import suppress

from bookwheel.address_space import is_limited, use_one_arena
from bookwheel.cli.given_options import Options, OutputClosedError
from bookwheel.cli.standard_streams import drop_unwritten, prepare_streams
from bookwheel.code_cache import CODE
from bookwheel.deferred_modules import import_lightly
from bookwheel.errors import BookwheelError, shortage_of
from bookwheel.headless.exit_codes import ExitCode, for_error
from bookwheel.kept_frame import is_plain_opening
from bookwheel.paths import data_dir
from bookwheel.pattern_cache import PATTERNS

_KEEPS_CODE = ("ask", "search")
"""The commands that scripts call often."""
_NAMES_OF_TYPES = {"integer range": "a whole number", "float range": "a number"}
"""What a reader calls click's types of arguments."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line to its exit code."""
    _keep_memory_private()
    if is_limited():
        use_one_arena()
    prepare_streams()
    PATTERNS.open(data_dir() / "patterns.bin")
    if is_plain_opening(arguments):
        CODE.open(data_dir() / "app.bin")
    elif arguments[0] in _KEEPS_CODE:
        CODE.open(data_dir() / "code.bin")
    options = Options()
    try:
        code = _call(list(arguments), options)
        _flush_answer()
        return code
    except OutputClosedError:
        return ExitCode.OK
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the program's boundary
        shortage = shortage_of(error)
        if shortage is not None and not options.debug:
            return _report_plainly(shortage)
        try:
            return _report(error, options)
        except Exception as unsaid:
            shortage = shortage_of(unsaid)
            if shortage is None:
                raise
            return _report_plainly(error if isinstance(error, BookwheelError) else shortage)
    finally:
        drop_unwritten()
        # What is kept for the next run may need more memory than this run may have: its answer stands.
        with suppress(MemoryError):
            PATTERNS.save()
        with suppress(MemoryError):
            CODE.close()
        # Python collects garbage again while it exits; without this that takes as long as four bare interpreters.
        gc.freeze()


def _call(arguments: list[str], options: Options) -> int:
    # With it a shell asks click what it could complete.
    is_completing = "_BOOKWHEEL_COMPLETE" in os.environ
    if not is_completing and _is_plain_question(arguments):
        return _ask(arguments[1], arguments[2:], options)
    if not is_completing and is_plain_opening(arguments):
        return _open(arguments, options)
    import click

    from bookwheel.cli.root import root

    try:
        code = root.main(arguments, prog_name="bookwheel", standalone_mode=False, obj=options)
    except click.Abort:
        return ExitCode.INTERRUPTED
    except SystemExit as error:  # click's own end when standard output is closed
        raise OutputClosedError from error
    return code if isinstance(code, int) else ExitCode.OK


def _flush_answer() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise OutputClosedError from error


def _is_plain_question(arguments: Sequence[str]) -> bool:
    """Whether it is `ask QUESTION PATH…` without an option, which needs none of click: 20 ms of 200."""
    return (
        len(arguments) > 2
        and arguments[0] == "ask"
        and not any(a == "" or a[0] == "-" or "://" in a for a in arguments[1:])
    )


def _open(arguments: Sequence[str], options: Options) -> int:
    import_lightly("asyncio")
    PATTERNS.import_with("json")
    from pathlib import Path

    from bookwheel.cli.inputs import existing
    from bookwheel.cli.work.desk import open_desk
    from bookwheel.paths import samples_dir

    return open_desk(options, [samples_dir()] if arguments == ["demo"] else existing(list(map(Path, arguments))))


def _ask(question: str, documents: Sequence[str], options: Options) -> int:
    import_lightly("asyncio")
    PATTERNS.import_with("json")
    CODE.import_all("bookwheel.cli.work.ask", "bookwheel.headless.budget")
    from pathlib import Path

    from bookwheel.cli.work.ask import ask_given
    from bookwheel.headless.budget import AskLimits

    try:
        return ask_given(question, list(map(Path, documents)), options, AskLimits())
    except BrokenPipeError as error:
        raise OutputClosedError from error


def _report_plainly(error: BookwheelError) -> int:
    """Report without the modules that `_report` imports, for which there may be too little memory."""
    sys.stderr.write(f"bookwheel: {error.message}\n" + (f"  {error.hint}\n" if error.hint else ""))
    return ExitCode.FAILED


def _report(error: Exception, options: Options) -> int:
    # Imported late: most runs report no error, and every import delays the app's first frame.
    import click

    from bookwheel.cli.console import make_console

    console = make_console(no_color=options.no_color)
    if options.debug and not isinstance(error, click.ClickException):
        console.explain(error, options.secrets)
    match error:
        case click.exceptions.NoArgsIsHelpError():  # `bookwheel sessions`: its message is the help screen
            console.err.say(error.format_message())
            return ExitCode.WRONG_USAGE
        case click.UsageError():
            command = error.ctx.command_path.strip() if error.ctx else "bookwheel"
            message = error.format_message()
            for name, usual in _NAMES_OF_TYPES.items():
                message = message.replace(f"a valid {name}", usual)
            console.fail(BookwheelError(message, hint=f"{command} --help explains the options."))
            return ExitCode.WRONG_USAGE
        case click.ClickException():
            console.fail(BookwheelError(error.format_message()))
            return ExitCode.WRONG_USAGE
        case BookwheelError():
            console.fail(error)
            return for_error(error)
        case FileNotFoundError() if not error.filename and not _has_working_folder():
            console.fail(BookwheelError("The working folder does not exist any more.", hint="Go to another one: cd"))
            return ExitCode.WRONG_USAGE
        case OSError():
            what = error.strerror or str(error)
            console.fail(BookwheelError(f"{what}: {error.filename}" if error.filename else f"{what}."))
            return ExitCode.FAILED
        case _:
            reason = str(error) or type(error).__name__
            hint = "" if options.debug else "--debug shows the traceback; please report it."
            internal = BookwheelError(f"Internal error: {type(error).__name__}: {reason}", hint=hint)
            console.fail(shortage_of(error) or internal)
            return ExitCode.FAILED


def _has_working_folder() -> bool:
    try:
        os.getcwd()
    except OSError:
        return False
    return True


def _keep_memory_private() -> None:
    # A core dump would hold the keys.
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
