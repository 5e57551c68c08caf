"""The doctor's check of the model: it is chosen as for a question, and its endpoint must list its models."""

from __future__ import annotations

from bookwheel.cli.doctor.finding import Finding, key_text, tried
from bookwheel.config.keys import model_key_source
from bookwheel.config.setting_tables import Config
from bookwheel.markup.counted import counted
from bookwheel.wiring.model_choice import EXTRACTIVE, ModelChoice

_SUBJECT = "model"
_NAMED = 8


async def check_model(config: Config) -> Finding:
    """The model that would answer, with its endpoint and where its key is from."""
    choice = ModelChoice(config)
    models: list[str] = []

    async def choose() -> None:
        await choice.model()
        models.extend(await choice.list_models())

    try:
        problem = await tried(choose())
    finally:
        await choice.aclose()
    endpoint = choice.base_url or config.model.base_url
    key = key_text(choice.key_source or model_key_source(config))
    name = f"{choice.name or 'a model'} at {endpoint}" if endpoint else choice.name
    if problem.message:
        what = f"{name}{key}: {problem.message}" if name else problem.message
        return Finding(_SUBJECT, "wrong", what, problem.hint)
    if choice.name == EXTRACTIVE:
        return Finding(
            _SUBJECT,
            "note",
            "extractive: the embedded default, which quotes the passages found",
            "For written answers set OPENAI_API_KEY, name an endpoint in the settings, or start a local server "
            "(Ollama, llama.cpp, LM Studio, vLLM).",
        )
    if models and choice.name not in models:
        known = f"It lists: {', '.join(models[:_NAMED])}. Choose one: model.name, or --model NAME."
        what = f"{name}{key}: The endpoint does not list the model '{choice.name}'."
        return Finding(_SUBJECT, "wrong", what, known)
    return Finding(_SUBJECT, "ok", f"{name}{key}; {counted(len(models), 'model')} listed")
