"""What an adaptation is worth, as the engine has measured it."""

from __future__ import annotations

from dataclasses import dataclass

from ..i18n.number import number_text, share_text
from ..i18n.translation import tr, trn
from ..protocol.events import Result


@dataclass(frozen=True)
class AdaptationGain:
    """Quality on the reviewed buildings, each rated without its own review; 0 to 1.

    Attributes:
        labels: reviewed buildings that it was measured on.
        accuracy_before: share of right classes of the model.
        accuracy_after: the same after adapting.
        macro_f1_before: mean F1 of the classes of the model.
        macro_f1_after: the same after adapting.
        changed: buildings that have, or would have, another class than the model's.
        helps: whether it is worth applying.
    """

    labels: int
    accuracy_before: float
    accuracy_after: float
    macro_f1_before: float
    macro_f1_after: float
    changed: int
    helps: bool

    @classmethod
    def of(cls, result: Result) -> AdaptationGain | None:
        """Return what a result of the engine says of it; None where it says nothing, as after taking one back."""
        figures = result.figures
        if "labels" not in figures:
            return None
        return cls(
            int(figures["labels"]),
            figures.get("accuracy_before", 0.0),
            figures.get("accuracy_after", 0.0),
            figures.get("macro_f1_before", 0.0),
            figures.get("macro_f1_after", 0.0),
            int(figures.get("changed", 0)),
            bool(figures.get("helps")),
        )

    @property
    def accuracy(self) -> float:
        """Accuracy won."""
        return self.accuracy_after - self.accuracy_before

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the classes won."""
        return self.macro_f1_after - self.macro_f1_before

    def lines(self) -> list[str]:
        """Return it in sentences."""
        return [
            trn(
                "Measured on {n} reviewed building, rated without its own review:",
                "Measured on {n} reviewed buildings, each rated without its own review:",
                self.labels,
            ),
            tr("right classes: {before} before, {after} after").format(
                before=share_text(self.accuracy_before), after=share_text(self.accuracy_after)
            ),
            tr("mean F1 of the classes: {before} before, {after} after").format(
                before=number_text(self.macro_f1_before, 2), after=number_text(self.macro_f1_after, 2)
            ),
            trn(
                "{n} building gets another class than the model's.",
                "{n} buildings get another class than the model's.",
                self.changed,
            ),
        ]
