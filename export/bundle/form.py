"""How networks are written: size of the images, arithmetic, storage of the weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Precision = Literal["fp32", "fp16"]
Storage = Literal["single", "half"]


@dataclass(frozen=True)
class Form:
    """How networks are written.

    Attributes:
        size: height and width of the images in pixels; the engine takes squares.
        precision: of the arithmetic.
        storage: of the weights of an fp32 network; ``half`` makes files half as large and rounds the weights once.
    """

    size: tuple[int, int] = (1024, 1024)
    precision: Precision = "fp32"
    storage: Storage = "single"

    @property
    def rounded(self) -> bool:
        """Whether weights are rounded to float16."""
        return self.precision == "fp16" or self.storage == "half"

    @property
    def tile_size(self) -> int | list[int]:
        """The entry of the manifest: one number for a square, else height and width."""
        return self.size[0] if self.size[0] == self.size[1] else list(self.size)
