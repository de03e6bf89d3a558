"""Sources of samples: folders of pairs, and which of them are held back."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from ..section import StrictModel
from .folder.layout import Layout


class SourceConfig(StrictModel):
    """One xBD folder and how often it is drawn from.

    Attributes:
        folder: in xBD's layout.
        weight: how often it is drawn from, relative to the other folders.
        always: its pairs are trained on in every part of a cross-validation, as drawn scenes are, but for those of the
            ground of a pair that is held back. Never those of a disaster that is held back.
        post_only: it holds post-event images without their pre-event ones.
        enlarge: how many times each way its images are enlarged, where their pixels are coarser than the others'.
    """

    folder: Path
    weight: float = Field(1.0, gt=0)
    always: bool = False
    post_only: bool = False
    enlarge: int = Field(1, ge=1, le=8)

    @property
    def layout(self) -> Layout:
        """What the images of the folder are."""
        return Layout(self.post_only, self.enlarge)


class DataConfig(StrictModel):
    """Where samples come from.

    Attributes:
        train: folders in xBD's layout.
        validation: folder for the figures of the validation.
        holdout_disaster: pairs of this disaster, or of these, are not trained on.
        folds: number of parts of a cross-validation over the pairs of ``train``.
        fold: part that is held back, from 0; it is then also the validation.
        labels: rule that turns label files into masks.
        cache: folder of decoded pairs.
        workers: processes that load samples.
    """

    train: list[SourceConfig]
    validation: Path | None = None
    holdout_disaster: str | list[str] | None = None
    folds: int | None = Field(None, ge=2)
    fold: int | None = Field(None, ge=0)
    labels: str = "ours"
    cache: Path = Path(".cache/training")
    workers: int = Field(1, ge=0)

    @model_validator(mode="after")
    def _fold_of_folds(self) -> DataConfig:
        if (self.folds is None) != (self.fold is None) or (
            self.folds and self.fold is not None and self.fold >= self.folds
        ):
            raise ValueError("give data.folds and data.fold together, with fold below folds")
        return self
