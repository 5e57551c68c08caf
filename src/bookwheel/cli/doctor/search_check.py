"""What the doctor finds out about searching by meaning."""

from __future__ import annotations

from bookwheel.cli.doctor.finding import Finding
from bookwheel.config.setting_tables import Config

_SUBJECT = "meaning"
_MANY_FOR_PLAIN_PYTHON = 20_000


async def check_embedding(config: Config) -> Finding:
    """The embedding model, and how many passages it has read."""
    from bookwheel.wiring.embedding_examination import examine_embedding

    report = await examine_embedding(config)
    if report is None:
        return Finding(
            _SUBJECT,
            "note",
            "off: passages are found by their words",
            'embeddings.provider = "local" in the settings finds other words and languages too; see docs/meaning.md.',
        )
    key = (f", key from {report.key_source}" if report.key_source else ", without a key") if report.endpoint else ""
    what = f"{report.name or 'a model'} {f'at {report.endpoint}' if report.endpoint else 'on this machine'}{key}"
    if report.error:
        return Finding(_SUBJECT, "wrong", f"{what}: {report.error}", report.hint)
    counts = f"{report.embedded:,} of {report.total:,} passages embedded"
    rest = "" if report.embedded >= report.total else "The app goes on with it, and so does: bookwheel index PATH"
    return Finding(_SUBJECT, "ok", f"{what}; {counts}", _slow_without_numpy(report.embedded) or rest)


def _slow_without_numpy(embedded: int) -> str:
    from bookwheel.engine.stores.byte_vectors import has_numpy

    if has_numpy() or embedded < _MANY_FOR_PLAIN_PYTHON:
        return ""
    return "So many take long to compare without numpy: pip install 'bookwheel[local]'"
