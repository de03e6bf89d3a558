"""TensorRT's engines on disk: building one takes minutes, and it fits one model, one kind of GPU and one runtime.

ONNX Runtime wants the files cleared away whenever one of these changes; here each combination has a folder of its own.
"""

from __future__ import annotations

import re
import shutil

# one command, the same for everybody
import subprocess  # nosec B404
from functools import cache
from pathlib import Path

import onnxruntime

from .bundle_archive import cache_folder
from .errors import RuntimeFailure

_PATIENCE = 10.0  # seconds; a driver that does not answer is not waited for


@cache  # an ensemble asks for every network
def gpu_name() -> str:
    """Return the name of the first GPU as NVIDIA's driver tells it, ``unknown`` where it does not."""
    command = shutil.which("nvidia-smi")
    if command is None:
        return "unknown"
    try:
        # a fixed command without a shell
        told = subprocess.run(  # nosec B603
            [command, "--query-gpu=name", "--format=csv,noheader"],
            stdin=subprocess.DEVNULL,  # ours is for whoever may cancel
            capture_output=True, text=True, timeout=_PATIENCE, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return next(iter(told.stdout.split("\n")), "").strip() or "unknown"


def engine_folder(checksum: str) -> Path:
    """Return the folder for the engines of a model on this GPU and runtime; it exists then.

    Args:
        checksum: of the model.

    Raises:
        RuntimeFailure: it cannot be made.
    """
    gpu = re.sub(r"[^A-Za-z0-9]+", "-", gpu_name()).strip("-").lower() or "unknown"
    folder = cache_folder() / "tensorrt" / checksum / f"{gpu}-onnxruntime-{onnxruntime.__version__}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RuntimeFailure(
            f"cannot write to {folder} ({error.strerror})", "set XVIEW2_CACHE to another folder", "cache-folder"
        ) from error
    return folder


def tensorrt_settings(checksum: str, *, half: bool) -> dict[str, object]:
    """Return the options of ONNX Runtime's TensorRT provider.

    Args:
        checksum: of the model.
        half: compute in fp16; TensorRT converts fp32 networks by itself.

    Raises:
        RuntimeFailure: the folder of the engines cannot be made.
    """
    folder = str(engine_folder(checksum))
    return {
        "trt_engine_cache_enable": True,
        "trt_engine_cache_path": folder,
        "trt_timing_cache_enable": True,
        "trt_timing_cache_path": folder,
        "trt_fp16_enable": half,
    }
