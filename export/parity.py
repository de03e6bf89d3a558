"""Parity: does the exported graph say what the network says?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from xview2_qgis.engine.errors import ModelError

from .graph import ExportGraph
from .image_pairs import ImagePair
from .session import run_file

#: Smallest share of pixels with the same decision.
AGREEMENT = 0.999
#: Largest difference of a probability when weights and arithmetic are float32.
DIFFERENCE = 1e-3


@dataclass(frozen=True)
class Parity:
    """How far exported graphs are from their networks.

    Attributes:
        pairs: image pairs compared.
        largest_difference: largest absolute difference of any probability.
        agreement: share of pixels with the same building decision and, on buildings, the same class.
    """

    pairs: int
    largest_difference: float
    agreement: float

    def __str__(self) -> str:
        """Return one line for people."""
        return f"largest difference {self.largest_difference:.2g}, agreement {self.agreement:.4%}"

    def check(self, name: str, rounded: bool) -> None:
        """Refuse what differs too much.

        Args:
            name: of the network, for the message.
            rounded: weights or arithmetic are float16, so that the agreement alone decides.

        Raises:
            ModelError: it does.
        """
        # written so that values that are not numbers fail as well
        close = rounded or self.largest_difference <= DIFFERENCE
        if self.agreement >= AGREEMENT and np.isfinite(self.largest_difference) and close:
            return
        raise ModelError(
            f"{name}: the exported graph differs from the network ({self})",
            "keep float32 (--precision fp32, and no --storage half)"
            if rounded
            else "report this network as not exportable",
            "parity",
        )


def measure_parity(path: Path, graph: ExportGraph, pairs: Sequence[ImagePair]) -> Parity:
    """Compare an ONNX file with the network it came from.

    Args:
        path: ONNX file.
        graph: the exported network, in evaluation mode.
        pairs: images of the exported size.
    """
    largest, equal, total = 0.0, 0, 0
    names = list(graph.ends.outputs)
    for pair, found in zip(pairs, run_file(path, pairs), strict=True):
        images = {"pre": pair.pre, "post": pair.post}
        with torch.inference_mode():
            said = graph(*(torch.from_numpy(images[name])[None] for name in graph.ends.inputs))
        wanted = {name: values.numpy()[0] for name, values in zip(names, said, strict=True)}
        differences = [float(np.abs(found[name] - wanted[name]).max()) for name in names]
        largest = float(np.max([largest, *differences]))  # unlike max() this keeps what is not a number
        same = _same_decision(found, wanted)
        equal += int(np.count_nonzero(same))
        total += same.size
    return Parity(len(pairs), largest, equal / total if total else 1.0)


def worst(parities: Sequence[Parity]) -> Parity:
    """Return the worst figures of several networks that were compared on the same pairs."""
    return Parity(
        pairs=min(p.pairs for p in parities),
        largest_difference=max(p.largest_difference for p in parities),
        agreement=min(p.agreement for p in parities),
    )


def _same_decision(found: dict[str, NDArray[np.float32]], wanted: dict[str, NDArray[np.float32]]) -> NDArray[np.bool_]:
    """Tell for every pixel (H, W) whether both say building or not, and name the same class where it matters."""
    if "damage" not in wanted:
        return np.asarray((found["building"][0] > 0.5) == (wanted["building"][0] > 0.5))
    same_class = found["damage"].argmax(0) == wanted["damage"].argmax(0)
    if "building" not in wanted:
        return np.asarray(same_class)
    mine, theirs = found["building"][0] > 0.5, wanted["building"][0] > 0.5
    return np.asarray((mine == theirs) & (~theirs | same_class))
