"""What is used of `transformers`, as types of our own, and how its models and tokenizers are loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol, cast

from bookwheel.errors import MissingExtraError, ModelError, ModelNotFoundError
from bookwheel.lazy_dataclass import dataclass

EXTRA = "huggingface"
# The names of the window in configurations, the most common first.
WINDOW_FIELDS = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length")


class Tokens(Protocol):
    """A tensor of token ids."""

    @property
    def shape(self) -> Sequence[int]: ...

    def tolist(self) -> list[Any]: ...

    def to(self, device: object, /) -> Tokens: ...


class Tokenizer(Protocol):
    """A tokenizer of `transformers`."""

    chat_template: str | None

    def __call__(self, text: str, *, return_tensors: str, add_special_tokens: bool) -> Mapping[str, Tokens]: ...

    def apply_chat_template(
        self, conversation: list[dict[str, str]], *, tokenize: bool, add_generation_prompt: bool
    ) -> str: ...

    def decode(self, token_ids: Sequence[int], *, skip_special_tokens: bool) -> str: ...


class Model(Protocol):
    """A causal language model of `transformers`."""

    device: object
    config: object
    generation_config: object

    def generate(self, **options: object) -> Tokens: ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model and its tokenizer, ready to be asked."""

    model: Model
    tokenizer: Tokenizer


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSource:
    """Where a model and a tokenizer come from: a name on the hub or a folder, or objects that are loaded already."""

    model_name: str
    tokenizer_name: str
    model: object = None
    tokenizer: object = None
    device_map: object = "auto"
    model_kwargs: Mapping[str, object]
    tokenizer_kwargs: Mapping[str, object]

    def load(self) -> Loaded:
        """Load what is not loaded yet; takes seconds to minutes.

        Raises MissingExtraError for a missing package and ModelError for a model that cannot be loaded.
        """
        try:
            transformers = import_module("transformers")
            model, tokenizer = self.model, self.tokenizer
            if model is None:
                model = transformers.AutoModelForCausalLM.from_pretrained(
                    self.model_name, device_map=self.device_map, **self.model_kwargs
                )
            if tokenizer is None:
                tokenizer = transformers.AutoTokenizer.from_pretrained(self.tokenizer_name, **self.tokenizer_kwargs)
        except ImportError as error:
            raise MissingExtraError(EXTRA, f"The model {self.model_name}") from error
        except OSError as error:
            raise ModelNotFoundError(
                f"The model {self.model_name} cannot be loaded: {_first_line(error)}",
                hint="Check the name or the folder, and whether there is a network for the first download.",
            ) from error
        except Exception as error:
            raise ModelError(
                f"The model {self.model_name} cannot be loaded: {_first_line(error)}",
                hint="Check model_kwargs and device_map, and whether there is enough memory.",
            ) from error
        return Loaded(cast("Model", model), cast("Tokenizer", tokenizer))


def window_of(model: object) -> int | None:
    """The context window that the model's configuration names, in tokens."""
    config: object = getattr(model, "config", None)
    # Models for text and pictures nest it one level deeper.
    configs: list[object] = [config, getattr(config, "text_config", None)]
    sizes: list[object] = [getattr(config, field, None) for config in configs for field in WINDOW_FIELDS]
    return next((size for size in sizes if isinstance(size, int)), None)


def name_of(model: object) -> str:
    """The name that a loaded model carries; that of its class for one that was never saved."""
    name: object = getattr(getattr(model, "config", None), "_name_or_path", "")
    return name if isinstance(name, str) and name else type(model).__name__


def ends_of(model: object) -> set[int]:
    """The tokens that end an answer."""
    ends: object = getattr(getattr(model, "generation_config", None), "eos_token_id", None)
    if isinstance(ends, int):
        return {ends}
    return {end for end in cast("list[object]", ends) if isinstance(end, int)} if isinstance(ends, list) else set()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
