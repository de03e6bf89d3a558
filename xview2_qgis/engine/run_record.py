"""The record of a run: what is needed to say how a result came about, and to repeat it."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass

import numpy
import onnxruntime
import pyproj
import rasterio

from . import __version__


@dataclass(frozen=True)
class RunRecord:
    """The one row of the table ``run``.

    Attributes:
        started_at: when the run began, ISO 8601 with time zone.
        seconds: how long it took up to writing.
        pre: the image before.
        post: the image after.
        parameters: all parameters, JSON.
        model_id: name of the model.
        model_checksum: SHA-256 of its network files.
        model_licence: its licence.
        device: where the networks ran.
        provider: ONNX Runtime provider that ran them.
        precision: ``fp32``, ``fp16`` or ``int8``.
        versions: of the engine and its libraries, JSON.
    """

    started_at: str
    seconds: float
    pre: str
    post: str
    parameters: str
    model_id: str
    model_checksum: str
    model_licence: str
    device: str
    provider: str
    precision: str
    versions: str


def versions() -> str:
    """Return the versions of the engine and of what its results depend on, JSON."""
    return json.dumps(
        {
            "xview2": __version__,
            "python": platform.python_version(),
            "onnxruntime": onnxruntime.__version__,
            "gdal": rasterio.__gdal_version__,
            "proj": pyproj.proj_version_str,
            "numpy": numpy.__version__,
        }
    )
