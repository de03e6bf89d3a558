"""Parity: does the exported graph say what the network says?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from xview2_qgis.engine.errors import ModelError

from ..sessions.image_pairs import ImagePair
from ..sessions.session import run_file
from .export_graph import ExportGraph

#: Smallest share of pixels with the same decision.
AGREEMENT = 0.999
#: Largest difference of a probability when weights and arithmetic are float32.
DIFFERENCE = 1e-3
#: What 999 of 1000 pixels stay below when weights or arithmetic are float16.
ROUNDED_DIFFERENCE = 0.05
_STEPS = 1000  # of a histogram of differences


@dataclass(frozen=True)
class Parity:
    """How far exported graphs are from their networks.

    Attributes:
        pairs: image pairs compared.
        largest_difference: largest absolute difference of any probability.
        usual_difference: what the largest difference of a pixel stays below in 999 of 1000 pixels.
        agreement: share of pixels with the same building decision at every threshold and, on buildings, the same class.
    """

    pairs: int
    largest_difference: float
    usual_difference: float
    agreement: float

    def __str__(self) -> str:
        """Return one line for people."""
        return (
            f"largest difference {self.largest_difference:.2g} (999 of 1000 pixels below {self.usual_difference:.2g}), "
            f"agreement {self.agreement:.4%}"
        )

    def check(self, name: str, rounded: bool) -> None:
        """Refuse what differs too much.

        Args:
            name: of the network, for the message.
            rounded: weights or arithmetic are float16, which moves single pixels far, but not many.

        Raises:
            ModelError: it does.
        """
        # written so that values that are not numbers fail as well
        close = self.usual_difference <= ROUNDED_DIFFERENCE if rounded else self.largest_difference <= DIFFERENCE
        if self.agreement >= AGREEMENT and np.isfinite(self.largest_difference) and close:
            return
        raise ModelError(
            f"{name}: the exported graph differs from the network ({self})",
            "keep float32 (--precision fp32, and no --storage half)"
            if rounded
            else "report this network as not exportable",
            "parity",
        )


@dataclass(frozen=True)
class Limits:
    """What an export may differ by; None where the figure does not decide.

    Attributes:
        agreement: least agreement.
        largest_difference: greatest difference of any probability.
        usual_difference: what 999 of 1000 pixels must stay below.
    """

    agreement: float
    largest_difference: float | None
    usual_difference: float | None


def limits(rounded: bool) -> Limits:
    """Return the limits; arguments as of :meth:`Parity.check`."""
    return Limits(AGREEMENT, None, ROUNDED_DIFFERENCE) if rounded else Limits(AGREEMENT, DIFFERENCE, None)


def measure_parity(
    path: Path, graph: ExportGraph, pairs: Sequence[ImagePair], thresholds: Sequence[float] = (0.5,)
) -> Parity:
    """Compare an ONNX file with the network it came from.

    Args:
        path: ONNX file.
        graph: the exported network, in evaluation mode.
        pairs: images of the exported size.
        thresholds: building probabilities at which something is decided.
    """
    largest, equal, total = 0.0, 0, 0
    histogram = np.zeros(_STEPS + 1, np.int64)
    names = list(graph.ends.outputs)
    for pair, found in zip(pairs, run_file(path, pairs), strict=True):
        images = {"pre": pair.pre, "post": pair.post}
        with torch.inference_mode():
            said = graph(*(torch.from_numpy(images[name])[None] for name in graph.ends.inputs))
        wanted = {name: values.numpy()[0] for name, values in zip(names, said, strict=True)}
        differences = np.max([np.abs(found[name] - wanted[name]).max(axis=0) for name in names], axis=0)
        largest = float(np.max([largest, differences.max()]))  # unlike max() this keeps what is not a number
        steps = np.ceil(np.nan_to_num(differences, nan=1.0).clip(0, 1) * _STEPS).astype(np.int64)
        histogram += np.bincount(steps.ravel(), minlength=_STEPS + 1)
        same = _same_decision(found, wanted, thresholds)
        equal += int(np.count_nonzero(same))
        total += same.size
    usual = int(np.searchsorted(histogram.cumsum(), 0.999 * total)) / _STEPS
    return Parity(len(pairs), largest, min(usual, largest), equal / total if total else 1.0)


def worst(parities: Sequence[Parity]) -> Parity:
    """Return the worst figures of several networks that were compared on the same pairs."""
    return Parity(
        pairs=min(p.pairs for p in parities),
        largest_difference=max(p.largest_difference for p in parities),
        usual_difference=max(p.usual_difference for p in parities),
        agreement=min(p.agreement for p in parities),
    )


def _same_decision(
    found: dict[str, NDArray[np.float32]], wanted: dict[str, NDArray[np.float32]], thresholds: Sequence[float]
) -> NDArray[np.bool_]:
    """Tell for every pixel (H, W) whether both say building or not, and name the same class where it matters."""
    if "damage" in wanted:
        same_class = found["damage"].argmax(0) == wanted["damage"].argmax(0)
        if "building" not in wanted:
            return np.asarray(same_class)
        anything = wanted["building"][0] > min(thresholds)
        same = np.asarray(~anything | same_class)
    else:
        same = np.ones(wanted["building"].shape[1:], bool)
    for threshold in thresholds:
        same &= (found["building"][0] > threshold) == (wanted["building"][0] > threshold)
    return same
