"""What a product is made of: who writes it, what it is told, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ...protocol.products import PublishOptions
from ..run.context import RunContext
from ..stored.result import StoredResult


class PublishContext:
    """What a product is told besides the result.

    Args:
        run: where progress and warnings go, and what stops the work.
        options: what the user says.

    Attributes:
        run: the same.
        options: the same.
    """

    def __init__(self, run: RunContext, options: PublishOptions) -> None:
        self.run, self.options = run, options

    def check(self) -> None:
        """Raise :class:`.errors.Cancelled` if the work is to stop; to be asked after each batch."""
        self.run.check()

    def progress(self, done: int, total: int) -> None:
        """Report that so many of all buildings are written, and stop if that is asked for."""
        self.run.check()
        self.run.progress("write", min(done, total), total)

    def warning(self, code: str, message: str) -> None:
        """Report something that the user should know."""
        self.run.warning(code, message)


@dataclass(frozen=True)
class Published:
    """What was written.

    Attributes:
        buildings: buildings in the product.
        counts: the same by the product's own words.
        layers: names of its layers, where it has any.
        left_out: buildings of the result that are not in the product: it has no word for them, or no room.
    """

    buildings: int
    counts: Mapping[str, int] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    left_out: int = 0


class WriteProduct(Protocol):
    """Writes one product."""

    def __call__(self, result: StoredResult, output: Path, context: PublishContext) -> Published:
        """Write the product.

        Args:
            result: what is published. Buildings count by ``final_class``.
            output: the file to create, or the empty folder to fill; put in place when all of it is written. The name
                is a working name: what the product calls itself comes from the event.
            context: options, progress and cancellation.

        Raises:
            EngineError: the result does not serve, or writing failed. Errors of the disk, of GDAL and of SQLite come as
                they are.
        """


@dataclass(frozen=True)
class ProductFormat:
    """A product as the engine knows it.

    Attributes:
        name: that of its :class:`.products.Product`.
        write: writes it.
    """

    name: str
    write: WriteProduct
