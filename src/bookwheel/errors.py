"""Every error that Bookwheel raises on purpose, as one small tree.

    BookwheelError
    ├── UsageError               a command or a call was used wrongly
    ├── ConfigError              the settings cannot be used (file, line, reason)
    ├── MissingExtraError        an optional part is not installed
    ├── PluginError              a part of another package cannot be loaded
    ├── DocumentError            one document cannot be read
    │   ├── NothingToReadError   it holds no text, and is left out
    │   └── DocumentPathError    a folder or file that was named cannot be read
    ├── StoreError               the index cannot be read or written
    ├── SessionError             a saved session cannot be found, read or written
    ├── LimitReachedError        a limit that the user set stopped the run
    ├── ToolError                a tool failed, or was used wrongly
    │   ├── WebSearchError       the web search failed
    │   ├── WebPageError         a web page is not fetched, or cannot be read
    │   └── McpServerError       an MCP server cannot be used, or its tool failed
    ├── ModelError               the language model failed
    │   ├── ModelAuthError       the key was refused (401, 403)
    │   ├── ModelNotFoundError   the endpoint does not know the model
    │   ├── ModelUnreachableError  no connection, no name, no TLS
    │   ├── ModelRateLimitError  429
    │   ├── ContextTooLongError  the prompt is longer than the model's window
    │   ├── ModelResponseError   the endpoint's answer cannot be used
    │   ├── ModelStreamCutError  the answer broke off; what came is kept
    │   └── ModelRefusalError    the model refused to answer; its words are kept
    └── WorkflowError            a workflow cannot run, or its run failed
        ├── WorkflowValidationError   wrong before the run began
        │   ├── WorkflowConfigurationError   its steps have no beginning or no end
        │   └── AgentTeamError            its agents do not fit together
        ├── WorkflowRuntimeError      a step failed
        ├── WorkflowStartError        its arguments do not make the start event
        ├── WorkflowTimeoutError      the run took too long
        └── WorkflowCancelledByUser   the run was cancelled

Each message says what happened, to what, and (`hint`) what to do about it.
"""

from __future__ import annotations

_NOT_MAPPED = ("failed to map segment", "cannot allocate memory", "Cannot allocate memory")

_NO_THREAD = ("start new thread", "start watchdog thread")


class BookwheelError(Exception):
    """The root of the tree.

    `message` says what happened and to what; `hint` what to do next (may be empty).
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(BookwheelError, ValueError):
    """A command or a call was used wrongly; the message names the argument. Also the ValueError of LlamaIndex."""


class ConfigError(BookwheelError):
    """The settings cannot be used; the message names file, line and reason."""


class MissingExtraError(BookwheelError):
    """An optional part is not installed; the message names the extra and the command that installs it."""

    def __init__(self, extra: str, needed_for: str) -> None:
        super().__init__(
            f"{needed_for} needs the optional part '{extra}', which is not installed.",
            hint=f"Install it: pip install 'bookwheel[{extra}]'",
        )
        self.extra = extra


class PluginError(BookwheelError):
    """A part of another package cannot be loaded; the message names the package."""


class DocumentError(BookwheelError):
    """One document cannot be read; the message names it and the reason."""


class NothingToReadError(DocumentError):
    """A file of a format that is read, but without text (a photograph): it is left out, not failed."""


class DocumentPathError(DocumentError, ValueError):
    """A folder or file that was named cannot be read; a ValueError for LlamaIndex's users."""


class StoreError(BookwheelError):
    """The index cannot be read or written."""


class SessionError(BookwheelError):
    """A saved session cannot be found, read or written."""


class LimitReachedError(BookwheelError):
    """A limit that the user set (calls, turns, tokens, cost, time) stopped the run; `limit` names it, where known."""

    def __init__(self, message: str, *, hint: str = "", limit: str = "") -> None:
        super().__init__(message, hint=hint)
        self.limit = limit


class ToolError(BookwheelError):
    """A tool failed, or was declared or called wrongly."""


class WebSearchError(ToolError):
    """The web search failed."""


class WebPageError(ToolError):
    """A web page is not fetched, or cannot be read."""


class McpServerError(ToolError):
    """A server of the Model Context Protocol cannot be used, or its tool failed; the message names the server."""


class ModelError(BookwheelError):
    """The language model failed."""


class ModelAuthError(ModelError):
    """The endpoint refused the key."""


class ModelNotFoundError(ModelError):
    """The endpoint does not know the model."""


class ModelUnreachableError(ModelError):
    """No connection to the endpoint."""


class ModelRateLimitError(ModelError):
    """The endpoint asked to slow down; `retry_after_s` when it said for how long."""

    def __init__(self, message: str, *, hint: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_s = retry_after_s


class ContextTooLongError(ModelError):
    """The prompt is longer than the model's window."""


class ModelResponseError(ModelError):
    """The endpoint's answer is not a chat completion."""


class ModelStreamCutError(ModelError):
    """The answer broke off after it had begun; `partial` is the text that came."""

    def __init__(self, message: str, *, hint: str = "", partial: str = "") -> None:
        super().__init__(message, hint=hint)
        self.partial = partial


class ModelRefusalError(ModelError):
    """The model refused to answer; `partial` is what it said."""

    def __init__(self, message: str, *, hint: str = "", partial: str = "") -> None:
        super().__init__(message, hint=hint)
        self.partial = partial


class WorkflowError(BookwheelError):
    """A workflow cannot run, or its run failed."""


class WorkflowValidationError(WorkflowError):
    """The workflow or its input is wrong; nothing has run."""


class WorkflowConfigurationError(WorkflowValidationError):
    """There are no steps, or they have no beginning or no end."""


class AgentTeamError(WorkflowValidationError, ValueError):
    """The agents of a workflow do not fit together; LlamaIndex's users catch a ValueError."""


class WorkflowRuntimeError(WorkflowError):
    """A step failed for good."""


class WorkflowStartError(WorkflowValidationError, WorkflowRuntimeError, ValueError):
    """The arguments of a run do not make its start event.

    LlamaIndex's users catch a WorkflowRuntimeError for a workflow, a ValueError for agents.
    """


class WorkflowTimeoutError(WorkflowError):
    """The run took longer than its timeout."""


class WorkflowCancelledByUser(WorkflowError):  # noqa: N818 - LlamaIndex's public name
    """The run was cancelled by its caller."""


def shortage_of(error: BaseException) -> BookwheelError | None:
    """What a user can do about an error that means that the system gave no memory or no thread; None for another one.

    The loader of compiled modules has no exception of its own for it: the reason stands in the message.
    """
    text = str(error)
    if isinstance(error, RuntimeError) and any(sign in text for sign in _NO_THREAD):
        return BookwheelError(
            "The system refuses another thread.",
            hint="Close some programs, or raise the limit of processes: ulimit -u.",
        )
    is_unmapped = isinstance(error, ImportError) and any(sign in text for sign in _NOT_MAPPED)
    if isinstance(error, MemoryError) or is_unmapped:
        return BookwheelError(
            "There is not enough memory.", hint="Close other programs, or raise the limit: ulimit -v."
        )
    return None
