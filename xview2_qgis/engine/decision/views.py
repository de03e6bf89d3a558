"""Test-time augmentation: views of an image whose predictions, turned back, are averaged."""

from __future__ import annotations

from ...protocol.options.devices import Tta

__all__ = ["VIEWS", "Tta", "Views"]

Views = tuple[tuple[int, ...], ...]

#: Axes of (…, H, W) that each view reverses, by mode: as it is; left-right too; up-down and both (a half turn) too.
VIEWS: dict[Tta, Views] = {"none": ((),), "mirror": ((), (-1,)), "flips": ((), (-1,), (-2,), (-2, -1))}
