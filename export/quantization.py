"""Quantization: weights and arithmetic in 8 bits, where that pays.

Static, with the ranges of all values measured on real pairs. Normalisation, the first stages of the encoder and heads
stay in float32: what the first stages lose all others pass on, and their few channels gain little time. Weights have a
scale for each channel and use 7 of their 8 bits: processors without VNNI add pairs of products in 16 bits, which 8
would overflow. Method: https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from training.data.xbd import PairFiles, list_pairs
from xview2_qgis.engine.bundle import Bundle, open_bundle
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.scoring.challenge import CLASS_KEYS
from xview2_qgis.protocol.model_json import MANIFEST_NAME

from .bundle.staged_folder import staged_folder
from .bundle.writer import refuse_unusable, write_manifest
from .foreign_errors import foreign_errors
from .graph.regions import early_nodes, sensitive_nodes
from .graph.simplification import simplified
from .sessions.image_pairs import ImagePair, as_tile, labelled_crop, spread
from .verification.rating import agreement, largest_difference, rate

#: int8 stays only if it is faster by this factor …
SPEED_UP = 1.1
#: … and the score (over the classes that the pairs hold) falls by no more than this.
LOSS = 0.01
_ROWS = {
    "seconds per pair": "seconds",
    "F1 localization": "localization_f1",
    **{f"F1 {key.replace('_', ' ')}": f"damage_f1_{key}" for key in CLASS_KEYS},
}


@dataclass(frozen=True)
class Comparison:
    """int8 against fp32 on the same pairs.

    Attributes:
        pairs: how many.
        calibration_pairs: how many set the ranges of int8.
        held_back: whether the first are other pairs than the second.
        agreement: share of pixels decided alike.
        largest_difference: of any probability.
        before: figures of fp32, see :attr:`.rating.Rating.figures`.
        after: those of int8.
    """

    pairs: int
    calibration_pairs: int
    held_back: bool
    agreement: float
    largest_difference: float
    before: dict[str, float]
    after: dict[str, float]

    @property
    def speed_up(self) -> float:
        """Seconds of fp32 divided by seconds of int8."""
        return self.before["seconds"] / self.after["seconds"]

    @property
    def pays(self) -> bool:
        """Whether int8 is worth having."""
        return self.speed_up >= SPEED_UP and self.before["judged"] - self.after["judged"] <= LOSS

    def report(self) -> dict[str, Any]:
        """Return what the manifest says under ``quantization``."""
        return {
            "kept": "int8" if self.pays else "fp32",
            "pairs": self.pairs,
            "calibration_pairs": self.calibration_pairs,
            # apart from the ranges, not from the training: the network may know them
            "rated_on": "pairs that did not set the ranges" if self.held_back else "the calibration pairs",
            "speed_up": round(self.speed_up, 3),
            "agreement": round(self.agreement, 5),
            "largest_difference": round(self.largest_difference, 4),
            "fp32": {key: round(value, 4) for key, value in self.before.items()},
            "int8": {key: round(value, 4) for key, value in self.after.items()},
        }

    def table(self) -> list[str]:
        """Return speed and F1 before and after, one line each, for people."""
        lines = [f"{'':<18}{'fp32':>8}{'int8':>8}"]
        for title, key in _ROWS.items():
            cells = (f"{figures[key]:.4f}" if key in figures else "–" for figures in (self.before, self.after))
            lines.append(f"{title:<18}" + "".join(f"{cell:>8}" for cell in cells))
        return lines

    def __str__(self) -> str:
        """Return one line for people."""
        kept = "int8 is kept" if self.pays else "fp32 is kept: int8 does not pay here"
        which = "that calibration did not see" if self.held_back else "that also set the ranges (too few for others)"
        return (
            f"int8 against fp32 on {self.pairs} pairs {which}: {self.speed_up:.2f} times as fast, "
            f"{self.agreement:.2%} of the pixels alike, largest difference of a probability "
            f"{self.largest_difference:.2f}, score {self.after['judged']:.4f} instead of {self.before['judged']:.4f}; "
            f"{kept}"
        )


def quantize_bundle(
    folder: Path, calibration: Path, output: Path, count: int, say: Callable[[str], None] = print
) -> Comparison:
    """Write the int8 form of an fp32 bundle, or the fp32 bundle again where int8 does not pay.

    Args:
        folder: the fp32 bundle.
        calibration: xBD folder of real pairs. Some set the ranges, as many others rate the result; where there are not
            enough for both, the same do.
        output: folder of the new bundle.
        count: how many pairs set the ranges, and how many rate the result.
        say: told what was found.

    Raises:
        ModelError: the bundle is not in order, or cannot be quantized.
        InputError: the bundle is no fp32 bundle or the output itself, pairs are too small, or the output cannot be
            written.
        DatasetError: the folder holds no pairs.
        RuntimeFailure: there is too little memory, or the disk failed or is full.
    """
    bundle = open_bundle(folder)
    if any(network.precision != "fp32" for network in bundle.networks):
        raise InputError(f"{folder} is no fp32 bundle", "quantize an fp32 bundle", "not-fp32")
    if output.resolve() in (folder.resolve(), bundle.path.resolve()):
        raise InputError(
            f"{output} is the bundle that is to be quantized", "choose another --output, fp32 is needed for int8 again",
            "output-exists",
        )  # fmt: skip
    size = (bundle.tile_size, bundle.tile_size)
    chosen = _chosen(list_pairs(calibration), count)
    ranging, rating = ([labelled_crop(files, size) for files in part] for part in chosen)
    manifest = json.loads((bundle.path / MANIFEST_NAME).read_text(encoding="utf-8"))
    with staged_folder(output) as work:
        for network in bundle.networks:
            say(f"{network.path.name}: measuring ranges on {len(ranging)} pairs")
            _quantize(network.path, work / network.path.name, [as_tile(pair) for pair in ranging], size)
        write_manifest(work, _int8_manifest(manifest, None))
        before, after = rate(folder, rating), rate(work, rating)
        result = Comparison(
            pairs=len(rating),
            calibration_pairs=len(ranging),
            held_back=chosen[0] != chosen[1],
            agreement=agreement(before, after),
            largest_difference=largest_difference(before, after),
            before=before.figures,
            after=after.figures,
        )
        for line in (*result.table(), str(result)):
            say(line)
        if result.pays:
            write_manifest(work, _int8_manifest(manifest, result))
        else:
            _copy_networks(bundle, work)
            write_manifest(work, _without_sums(manifest) | {"precision": "fp32", "quantization": result.report()})
        refuse_unusable(work)
    return result


def _chosen(files: list[PairFiles], count: int) -> tuple[list[PairFiles], list[PairFiles]]:
    """Return the pairs that set the ranges and those that rate: others where there are enough, else the same."""
    both = spread(files, 2 * count)
    if len(both) == 2 * count:
        return both[::2], both[1::2]
    same = spread(files, count)
    return same, same


class _Tiles(CalibrationDataReader):  # type: ignore[misc] # the package has no types
    """Hands pairs to ONNX Runtime one by one."""

    def __init__(self, inputs: Sequence[str], pairs: Sequence[ImagePair]) -> None:
        self._inputs = inputs
        self._pairs = iter(pairs)

    def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
        pair = next(self._pairs, None)
        if pair is None:
            return None
        images = {"pre": pair.pre[None], "post": pair.post[None]}
        return {name: images[name] for name in self._inputs}


def _quantize(source: Path, target: Path, pairs: Sequence[ImagePair], size: tuple[int, int]) -> None:
    model = simplified(onnx.load(source))  # folds the casts of weights stored in half precision
    root = logging.getLogger()
    level = root.level
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder, "plain.onnx")
        onnx.save(onnx.shape_inference.infer_shapes(model), plain)
        root.setLevel(logging.ERROR)  # the package advises a preparation that was done above
        try:
            with foreign_errors(f"{source.name} cannot be quantized", "use the fp32 bundle"):
                quantize_static(
                    plain,
                    target,
                    _Tiles([value.name for value in model.graph.input], pairs),
                    quant_format=QuantFormat.QDQ,
                    per_channel=True,
                    reduce_range=True,
                    activation_type=QuantType.QUInt8,
                    weight_type=QuantType.QInt8,
                    nodes_to_exclude=sorted({*sensitive_nodes(model), *early_nodes(model, size)}),
                )
        finally:
            root.setLevel(level)


def _int8_manifest(manifest: dict[str, Any], result: Comparison | None) -> dict[str, Any]:
    name = f"{str(manifest['id'])[:59]}-int8"
    # scores and parity are those of fp32; what int8 differs by stands under quantization
    changed = _without_sums(manifest) | {
        "id": name, "title": f"{manifest['title']} (8-bit: faster)", "precision": "int8", "scores": [], "summary": "",
    }  # fmt: skip
    changed.pop("parity", None)
    return changed if result is None else changed | {"quantization": result.report()}


def _without_sums(manifest: dict[str, Any]) -> dict[str, Any]:
    dropped = ("sha256", "precision")
    networks = [{k: v for k, v in entry.items() if k not in dropped} for entry in manifest["networks"]]
    return {**manifest, "networks": networks}


def _copy_networks(bundle: Bundle, work: Path) -> None:
    for network in bundle.networks:
        (work / network.path.name).write_bytes(network.path.read_bytes())
