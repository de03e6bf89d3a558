"""TensorRT's engines on disk: building one takes minutes, and it fits one model, one kind of GPU and one runtime.

ONNX Runtime wants the files cleared away whenever one of these changes; here each combination has a folder of its own.
An engine is compiled code that is loaded as it is, so the folders are the user's alone.
"""

from __future__ import annotations

import os
import re

# one command, the same for everybody
import subprocess  # nosec B404
from functools import cache
from pathlib import Path

import onnxruntime

from ....protocol.locations import cache_folder
from ...errors import RuntimeFailure
from ...staging.private_folder import make_private

_PATIENCE = 10.0  # seconds; a driver that does not answer is not waited for


def _places() -> tuple[Path, ...]:
    """Return where NVIDIA's drivers put their program: a search would begin in the working folder on Windows."""
    if os.name == "nt":
        system = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32"
        programs = Path(os.environ.get("PROGRAMFILES", r"C:\Program Files"))
        folders = (system, programs / "NVIDIA Corporation" / "NVSMI")
        return tuple(folder / "nvidia-smi.exe" for folder in folders)
    names = ("/usr/bin", "/usr/local/bin", "/usr/lib/wsl/lib", "/opt/bin", "/usr/local/nvidia/bin")
    return tuple(Path(name) / "nvidia-smi" for name in (*names, "/run/current-system/sw/bin"))


@cache  # an ensemble asks for every network
def gpu_name() -> str:
    """Return the name of the first GPU as NVIDIA's driver reports it, ``unknown`` where it does not."""
    command = next((path for path in _places() if path.is_file()), None)
    if command is None:
        return "unknown"
    try:
        # a fixed command without a shell
        answer = subprocess.run(  # nosec B603
            [str(command), "--query-gpu=name", "--format=csv,noheader"],
            stdin=subprocess.DEVNULL,  # ours is where a line `cancel` may come from
            capture_output=True, text=True, timeout=_PATIENCE, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return next(iter(answer.stdout.split("\n")), "").strip() or "unknown"


def engine_folder(checksum: str) -> Path:
    """Return the folder for the engines of a model on this GPU and runtime; it exists then.

    Args:
        checksum: of the model.

    Raises:
        RuntimeFailure: it cannot be made, or others may write to it.
    """
    gpu = re.sub(r"[^A-Za-z0-9]+", "-", gpu_name()).strip("-").lower() or "unknown"
    folder = root = cache_folder()
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("tensorrt", checksum, f"{gpu}-onnxruntime-{onnxruntime.__version__}"):
            folder = folder / name
            make_private(folder)
    except PermissionError as error:
        raise RuntimeFailure(
            f"the folder for TensorRT's engines is not safe ({error.strerror or error})",
            "set XVIEW2_CACHE to a folder of your own, that no other user can write to", "cache-folder",
        ) from error  # fmt: skip
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
