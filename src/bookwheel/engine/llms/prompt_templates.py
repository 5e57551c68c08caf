"""`PromptTemplate` and `ChatPromptTemplate`: prompts with `{names}` that are filled in later, by LlamaIndex's names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from string import Formatter
from typing import Any, Protocol

from bookwheel.engine.schema import ChatMessage, MessageRole, chat_messages
from bookwheel.errors import UsageError

_BRACES = "Write {{ and }} for braces that are meant as such."
_SHOWN_CHARS = 80


class Template(Protocol):
    """What fills in a prompt: a plain string with `{names}`, or a template object."""

    def format(self, **values: Any) -> str: ...


class PromptTemplate:
    """A prompt of one text; `{{` and `}}` stand for braces. `template_vars` are the names in it.

    Names may be filled in before (`partial_format`), be called otherwise by who fills them in (`template_var_mappings`)
    or be computed from all values (`function_mappings`). Raises UsageError, naming it, for a name without a value.
    """

    def __init__(
        self,
        template: str,
        prompt_type: str = "custom",
        output_parser: object = None,
        metadata: Mapping[str, Any] | None = None,
        template_var_mappings: Mapping[str, str] | None = None,
        function_mappings: Mapping[str, Callable[..., str]] | None = None,
        **kwargs: Any,
    ) -> None:
        self.template = template
        self.prompt_type = prompt_type
        self.output_parser = output_parser
        self.metadata = dict(metadata or {})
        self.template_var_mappings = dict(template_var_mappings or {})
        self.function_mappings = dict(function_mappings or {})
        self.kwargs = kwargs

    @property
    def template_vars(self) -> list[str]:
        """The names in the template, in order."""
        return _names(self.template)

    def partial_format(self, **values: Any) -> PromptTemplate:
        """The same prompt with some names filled in."""
        return PromptTemplate(
            self.template, self.prompt_type, self.output_parser, self.metadata, self.template_var_mappings,
            self.function_mappings, **{**self.kwargs, **values},
        )  # fmt: skip

    def format(self, **values: Any) -> str:
        """The prompt with all names filled in; values that it does not name are left out."""
        values.pop("llm", None)
        return _filled(self.template, self._mapped({**self.kwargs, **values}))

    def format_messages(self, **values: Any) -> list[ChatMessage]:
        """The prompt as one message of the user."""
        return [ChatMessage(MessageRole.USER, self.format(**values))]

    def get_template(self, llm: object = None) -> str:
        """The text with its names."""
        return self.template

    def _mapped(self, values: Mapping[str, Any]) -> dict[str, Any]:
        named = {self.template_var_mappings.get(name, name): value for name, value in values.items()}
        return {**named, **{name: make(**values) for name, make in self.function_mappings.items()}}


class ChatPromptTemplate:
    """A prompt of several messages; see `PromptTemplate`."""

    def __init__(
        self,
        message_templates: Sequence[ChatMessage | Mapping[str, Any] | str],
        prompt_type: str = "custom",
        **kwargs: Any,
    ) -> None:
        self.message_templates = chat_messages(message_templates)
        self.prompt_type = prompt_type
        self.kwargs = kwargs

    @classmethod
    def from_messages(
        cls, message_templates: Sequence[tuple[str, str] | ChatMessage], **kwargs: Any
    ) -> ChatPromptTemplate:
        """A template of messages, or of pairs of role and text."""
        messages = [
            message if isinstance(message, ChatMessage) else ChatMessage(role=message[0], content=message[1])
            for message in message_templates
        ]
        return cls(messages, **kwargs)

    @property
    def template_vars(self) -> list[str]:
        """The names in all messages, in order."""
        return list(dict.fromkeys(name for message in self.message_templates for name in _names(message.content or "")))

    def partial_format(self, **values: Any) -> ChatPromptTemplate:
        """The same prompt with some names filled in."""
        return ChatPromptTemplate(self.message_templates, self.prompt_type, **{**self.kwargs, **values})

    def format_messages(self, **values: Any) -> list[ChatMessage]:
        """The messages with all names filled in."""
        values.pop("llm", None)
        given = {**self.kwargs, **values}
        return [ChatMessage(message.role, _filled(message.content or "", given)) for message in self.message_templates]

    def format(self, **values: Any) -> str:
        """The messages as one text, each after its role."""
        return "\n".join(map(str, self.format_messages(**values)))


def prompt_messages(prompt: Template | str, values: Mapping[str, Any]) -> list[ChatMessage]:
    """The messages of a prompt of any kind, filled in."""
    if isinstance(prompt, PromptTemplate | ChatPromptTemplate):
        return prompt.format_messages(**values)
    return [ChatMessage(MessageRole.USER, prompt.format(**values))]


def _names(template: str) -> list[str]:
    return list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(template) if name))


def _filled(template: str, values: Mapping[str, Any]) -> str:
    try:
        return template.format(**values)
    except KeyError as error:
        raise UsageError(f"The prompt names {{{error.args[0]}}}, and no value is given for it.", hint=_BRACES) from None
    except IndexError:
        raise UsageError("The prompt has braces without a name in them, and no value is given.", hint=_BRACES) from None
    except ValueError as error:
        begin = template if len(template) <= _SHOWN_CHARS else f"{template[:_SHOWN_CHARS]}…"
        raise UsageError(f"The braces of the prompt '{begin}' cannot be read: {error}.", hint=_BRACES) from None
