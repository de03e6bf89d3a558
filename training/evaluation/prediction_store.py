"""Predictions on disk: those of thousands of pairs, of which one is in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import overload

import numpy as np

from .pair_prediction import PairPrediction


class PredictionStore(Sequence[PairPrediction]):
    """Predictions in temporary files, six bytes a pixel, mapped into memory when they are asked for.

    The files lie where Python keeps temporary files (``TMPDIR``) and are removed at the end of the ``with`` block.

    Raises:
        OSError: there is no room for them.
    """

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="xview2-predictions-")
        self._files: list[Path] = []

    def __enter__(self) -> PredictionStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def extend(self, predictions: Iterable[PairPrediction]) -> None:
        """Write predictions to disk, one after the other."""
        for prediction in predictions:
            path = Path(self._folder.name) / f"{len(self._files)}.npy"
            np.save(path, np.concatenate([prediction.building[None], prediction.damage, prediction.truth[None]]))
            self._files.append(path)

    def __len__(self) -> int:
        return len(self._files)

    @overload
    def __getitem__(self, place: int) -> PairPrediction: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[PairPrediction]: ...

    def __getitem__(self, place: int | slice) -> PairPrediction | Sequence[PairPrediction]:
        """Return one prediction, or some; their arrays are views of the files and cannot be written to."""
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        layers = np.asarray(np.load(self._files[place], mmap_mode="r"))
        return PairPrediction(layers[0], layers[1:5], layers[5])
