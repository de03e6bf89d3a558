"""What a protocol says: headline figures with their intervals, then the scores by disaster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from ..evaluation.score_table import PairScore, tabulate
from .cross_validation import Measured
from .headline import Pooled, headlines

_CLASSES = ("no building", "none", "minor", "major", "destroyed")
_NOTE = (
    "Intervals: 95 %, bootstrap over pairs. Un-classified buildings count for localization and are left out of damage."
)


def as_text(measured: Measured) -> str:
    """Return tables for people."""
    parts = [_text("both images", measured.pairs)]
    if measured.post_only:
        parts.append(_text("post-event image alone", measured.post_only))
    return "\n\n".join([*parts, _NOTE])


def as_dict(measured: Measured) -> dict[str, object]:
    """Return the same for programs."""
    named = {"pairs": measured.pairs, "post_only": measured.post_only}
    return {
        name: {
            "headlines": {key: asdict(figure) for key, figure in headlines(scores).items()},
            "confusion": Pooled.of(scores).objects.matrix.tolist(),
            **tabulate(scores).as_dict(),
        }
        for name, scores in named.items()
        if scores
    }


def _text(title: str, scores: Sequence[PairScore]) -> str:
    lines = [f"{title}: {len(scores)} pairs"]
    lines += [f"  {name:<32}{figure}" for name, figure in headlines(scores).items()]
    lines += ["", "buildings, true classes in rows, given ones in columns"]
    lines.append(" " * 12 + "".join(f"{name:>12}" for name in _CLASSES))
    for name, counts in zip(_CLASSES, Pooled.of(scores).objects.matrix.tolist(), strict=True):
        lines.append(f"{name:<12}" + "".join(f"{count:>12}" for count in counts))
    return "\n".join([*lines, "", tabulate(scores).text()])
