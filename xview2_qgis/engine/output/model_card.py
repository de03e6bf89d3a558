"""The card of the model behind a result: what is known of it, kept with the result."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from ..bundle.bundle import Bundle


@dataclass(frozen=True)
class MeasuredScore:
    """A score as the model's author measured it.

    Attributes:
        set: data it was measured on.
        metric: what was measured.
        value: the number.
        date: when, ISO 8601.
        images: ``pair``, or ``post`` for post-event images alone.
    """

    set: str
    metric: str
    value: float
    date: str
    images: str = "pair"


@dataclass(frozen=True)
class ModelCard:
    """What is known of a model. Texts are the author's, in the language they were written in.

    Attributes:
        title: name for people.
        summary: what to expect of it, plain sentences.
        training_data: what it was trained on.
        scores: what was measured.
    """

    title: str = ""
    summary: str = ""
    training_data: str = ""
    scores: tuple[MeasuredScore, ...] = ()

    @classmethod
    def of(cls, bundle: Bundle) -> ModelCard:
        """Return the card of a bundle."""
        scores = tuple(MeasuredScore(s.set, s.metric, s.value, s.date, s.images) for s in bundle.scores)
        return cls(bundle.title, bundle.summary, bundle.training_data, scores)

    @classmethod
    def from_json(cls, text: str) -> ModelCard:
        """Return the card on record; an empty one where there is none, or somebody has changed it."""
        try:
            read: Any = json.loads(text)
            scores = tuple(
                MeasuredScore(
                    str(score["set"]), str(score["metric"]), float(score["value"]), str(score["date"]),
                    str(score.get("images", "pair")),
                )
                for score in read.pop("scores", ())
            )  # fmt: skip
            return cls(**{name: str(text) for name, text in read.items()}, scores=scores)
        except (ValueError, TypeError, AttributeError, KeyError):
            return cls()

    def to_json(self) -> str:
        """Return the card for the record of a run."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def measured(self, metric: str, *, pair: bool) -> float | None:
        """Return a share that was measured on images of the kind that a run had, None where none was."""
        wanted = "pair" if pair else "post"
        values = [score.value for score in self.scores if score.metric == metric and score.images == wanted]
        return values[0] if values and 0.0 <= values[0] <= 1.0 else None
