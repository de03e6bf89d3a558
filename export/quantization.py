"""Quantization: weights and arithmetic in 8 bits, where that pays.

Static, with the ranges of all values measured on real pairs. Normalisation and heads stay in float32. Weights have a
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

from training.scoring import Score
from training.xbd import list_pairs
from xview2_qgis.engine.bundle import Bundle, open_bundle
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.model_manifest import MANIFEST_NAME

from .bundle import write_manifest
from .image_pairs import ImagePair, as_tile, labelled_crop, spread
from .rating import Rating, agreement, rate
from .regions import sensitive_nodes
from .simplification import simplified
from .staged_folder import staged_folder

#: int8 stays only if it is faster by this factor …
SPEED_UP = 1.1
#: … and the score (over the classes that the pairs hold) falls by no more than this.
LOSS = 0.01


@dataclass(frozen=True)
class Comparison:
    """int8 against fp32 on the same pairs.

    Attributes:
        pairs: how many.
        speed_up: seconds of fp32 divided by seconds of int8.
        agreement: share of pixels decided alike.
        before: official figures of fp32, and ``judged``, which does not collapse when the pairs lack a class.
        after: those of int8.
    """

    pairs: int
    speed_up: float
    agreement: float
    before: dict[str, float]
    after: dict[str, float]

    @property
    def pays(self) -> bool:
        """Whether int8 is worth having."""
        return self.speed_up >= SPEED_UP and self.before["judged"] - self.after["judged"] <= LOSS

    def report(self) -> dict[str, Any]:
        """Return what the manifest says under ``quantization``."""
        return {
            "kept": "int8" if self.pays else "fp32",
            "pairs": self.pairs,
            "speed_up": round(self.speed_up, 3),
            "agreement": round(self.agreement, 5),
            "fp32": {key: round(value, 4) for key, value in self.before.items()},
            "int8": {key: round(value, 4) for key, value in self.after.items()},
        }


def quantize_bundle(
    folder: Path, calibration: Path, output: Path, count: int, say: Callable[[str], None] = print
) -> Comparison:
    """Write the int8 form of an fp32 bundle, or the fp32 bundle again where int8 does not pay.

    Args:
        folder: the fp32 bundle.
        calibration: xBD folder of real pairs; they set the ranges and rate the result.
        output: folder of the new bundle.
        count: how many pairs to use.
        say: told what was found.

    Raises:
        ModelError: the bundle is not in order.
        InputError: the bundle is no fp32 bundle, pairs are too small, or the output cannot be written.
        DatasetError: the folder holds no pairs.
    """
    bundle = open_bundle(folder)
    if any(network.precision != "fp32" for network in bundle.networks):
        raise InputError(f"{folder} is no fp32 bundle", "quantize an fp32 bundle", "not-fp32")
    size = (bundle.tile_size, bundle.tile_size)
    pairs = [labelled_crop(files, size) for files in spread(list_pairs(calibration), count)]
    manifest = json.loads((bundle.path / MANIFEST_NAME).read_text(encoding="utf-8"))
    with staged_folder(output) as work:
        for network in bundle.networks:
            say(f"{network.path.name}: measuring ranges on {len(pairs)} pairs")
            _quantize(network.path, work / network.path.name, [as_tile(pair) for pair in pairs])
        write_manifest(work, _int8_manifest(manifest, None))
        before = rate(folder, pairs)
        result = _compare(before, rate(work, pairs))
        say(_text(result))
        if result.pays:
            write_manifest(work, _int8_manifest(manifest, result))
        else:
            _copy_networks(bundle, work)
            write_manifest(work, _without_sums(manifest) | {"quantization": result.report()})
    return result


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


def _quantize(source: Path, target: Path, pairs: Sequence[ImagePair]) -> None:
    model = simplified(onnx.load(source))  # folds the casts of weights stored in half precision
    root = logging.getLogger()
    level = root.level
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder, "plain.onnx")
        onnx.save(onnx.shape_inference.infer_shapes(model), plain)
        root.setLevel(logging.ERROR)  # the package advises a preparation that was done above
        try:
            quantize_static(
                plain,
                target,
                _Tiles([value.name for value in model.graph.input], pairs),
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                reduce_range=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                nodes_to_exclude=sensitive_nodes(model),
            )
        finally:
            root.setLevel(level)


def _compare(before: Rating, after: Rating) -> Comparison:
    return Comparison(
        pairs=len(before.maps),
        speed_up=before.seconds / after.seconds,
        agreement=agreement(before, after),
        before=_figures(before.score),
        after=_figures(after.score),
    )


def _figures(score: Score) -> dict[str, float]:
    return {"judged": 0.3 * score.localization.f1 + 0.7 * score.present_damage_f1, **score.as_dict()}


def _text(result: Comparison) -> str:
    kept = "int8 is kept" if result.pays else "fp32 is kept: int8 does not pay here"
    return (
        f"int8 against fp32 on {result.pairs} pairs: {result.speed_up:.2f} times as fast, "
        f"{result.agreement:.2%} of the pixels alike, score {result.after['judged']:.4f} instead of "
        f"{result.before['judged']:.4f}; {kept}"
    )


def _int8_manifest(manifest: dict[str, Any], result: Comparison | None) -> dict[str, Any]:
    name = f"{str(manifest['id'])[:59]}-int8"
    changed = _without_sums(manifest) | {"id": name, "precision": "int8", "scores": []}
    return changed if result is None else changed | {"quantization": result.report()}


def _without_sums(manifest: dict[str, Any]) -> dict[str, Any]:
    dropped = ("sha256", "precision")
    networks = [{k: v for k, v in entry.items() if k not in dropped} for entry in manifest["networks"]]
    return {**manifest, "networks": networks}


def _copy_networks(bundle: Bundle, work: Path) -> None:
    for network in bundle.networks:
        (work / network.path.name).write_bytes(network.path.read_bytes())
