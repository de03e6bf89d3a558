"""The record of a run: what is needed to say how a result came about, and to repeat it."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass, field
from uuid import uuid4

import numpy
import onnxruntime
import pyproj
import rasterio

from .. import __version__


@dataclass(frozen=True)
class RunRecord:
    """The one row of the table ``run``.

    Attributes:
        started_at: when the run began, ISO 8601 with time zone.
        seconds: how long it took up to writing.
        pre: the pre-event image.
        post: the post-event image.
        parameters: all parameters, JSON.
        model_id: name of the model.
        model_checksum: SHA-256 of its network files.
        model_licence: its licence.
        device: where the networks ran.
        provider: ONNX Runtime provider that ran them.
        precision: ``fp32``, ``fp16`` or ``int8``.
        versions: of the engine and its libraries, JSON.
        images: bands used and why, pixels without data, pixel size and stretch of both images, JSON.
        run_id: the same in all files of a run and in no other, 32 hexadecimal digits.
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
    images: str = "{}"
    run_id: str = field(default_factory=lambda: uuid4().hex)


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
