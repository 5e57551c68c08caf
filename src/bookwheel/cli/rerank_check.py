"""What the doctor finds out about reranking."""

from __future__ import annotations

from bookwheel.cli.doctor.finding import Finding
from bookwheel.config.setting_tables import Config

_SUBJECT = "reranking"


async def check_reranking(config: Config) -> Finding:
    """Who puts the passages found in order once more."""
    from bookwheel.wiring.rerank_examination import examine_reranking

    if config.retrieval.rerank == "off":
        remedy = 'retrieval.rerank = "model" in the settings has the model read them once more; see docs/models.md.'
        return Finding(_SUBJECT, "note", "off: passages stay in the order in which they are found", remedy)
    report = await examine_reranking(config)
    if report is None:
        return Finding(_SUBJECT, "ok", "by the model that answers; the embedded default leaves the order as it is")
    key = f", key from {report.key_source}" if report.key_source else ", without a key"
    where = f"{report.model or 'its model'} at {report.url or 'no address'}{key}"
    if report.error:
        return Finding(_SUBJECT, "wrong", f"{where}: {report.error}", report.hint)
    return Finding(_SUBJECT, "ok", where)
