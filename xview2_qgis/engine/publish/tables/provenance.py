"""Columns that are the same in each row of a table without a place for notes: where the rows come from."""

from __future__ import annotations

from ...language.wording import Wording
from ...stored.run import StoredRun
from ..content.statement import licence, validation
from .safe_cell import Cell, safe_cell


def provenance(run: StoredRun, wording: Wording) -> dict[str, Cell]:
    """Return names of columns and their values.

    Args:
        run: what the rows come from.
        wording: language of the sentences in it.
    """
    facts = run.facts
    imagery = "; ".join(filter(None, [facts.post.source, facts.post.sensor, facts.post.credit]))
    values: dict[str, Cell] = {
        "event": facts.event.name,
        "event_glide": facts.event.glide,
        "post_imagery": imagery,
        "post_acquired": facts.post.acquired,
        "model": run.model_id,
        "licence": licence(run, wording),
        "validation": validation(wording),
    }
    return {name: safe_cell(value) for name, value in values.items()}
