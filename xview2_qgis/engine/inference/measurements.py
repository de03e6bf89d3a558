"""What was measured on this machine, kept in the user's cache folder so that it is paid for once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress

from ...protocol.locations import cache_folder


class Measurements:
    """Numbers above 0 by what they depend on.

    Args:
        name: of their file.
    """

    def __init__(self, name: str) -> None:
        self._path = cache_folder() / name

    def of(self, parts: Sequence[str], measure: Callable[[], float]) -> float:
        """Return what is known, or measure and remember it.

        Args:
            parts: what the number depends on: the processor or GPU, ONNX Runtime, models, options.
            measure: called where nobody did so before; what it raises is raised, and nothing remembered.
        """
        key = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        known = self._read()
        if key not in known:
            known[key] = measure()
            self._write(known)
        return known[key]

    def _read(self) -> dict[str, float]:
        with suppress(OSError, ValueError):
            content = json.loads(self._path.read_text(encoding="utf-8"))
            if isinstance(content, dict):
                return {
                    key: float(value) for key, value in content.items() if isinstance(value, (int, float)) and value > 0
                }
        return {}

    def _write(self, known: dict[str, float]) -> None:
        """Keep what was measured; where that fails it is measured again next time."""
        part = self._path.with_suffix(f".{os.getpid()}.part")
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_text(json.dumps(known), encoding="utf-8")
            part.replace(self._path)
