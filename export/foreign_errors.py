"""Errors of ONNX, ONNX Runtime and torch, said as errors of the engine: one line, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from xview2_qgis.engine.errors import EngineError, ModelError, RuntimeFailure
from xview2_qgis.engine.inference.network import MEMORY_SIGNS

_LONGEST = 200  # characters of somebody else's message


@contextmanager
def foreign_errors(what: str, hint: str) -> Iterator[None]:
    """Turn what libraries raise inside the block into errors of the engine; those and errors of files pass.

    Args:
        what: what failed, for example ``ONNX Runtime refuses network.onnx``.
        hint: what to do about it.

    Raises:
        RuntimeFailure: there is too little memory.
        ModelError: anything else went wrong.
    """
    try:
        yield
    except (EngineError, OSError):
        raise
    except Exception as error:  # those of ONNX Runtime have no common base, torch raises half a dozen types
        if isinstance(error, MemoryError) or any(sign in str(error).lower() for sign in MEMORY_SIGNS):
            raise RuntimeFailure(
                f"{what}: there is too little memory", "close other programs, or use smaller images", "out-of-memory"
            ) from error
        raise ModelError(f"{what} ({short_text(error)})", hint, "model-network") from error


def short_text(error: Exception) -> str:
    """Return the beginning of an error's message on one line, or its type where it says nothing."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
