"""The scene as a worker makes it again: what the caller found out about the images, and where they lie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from ...geo.grid import Grid
from ...radiometry.stretch import Stretch
from ...scene.alignment import AlignedPair
from ...scene.gating import Gating
from ...scene.pair import Scene
from ...scene.pair_images import PairImages, Shift
from .shared_image import SharedImage


@dataclass(frozen=True)
class SceneRecipe:
    """All that reading tiles of a scene depends on; no pixels.

    Nothing is measured again: shift, stretches and fill are those of the caller, so that tiles are the same everywhere.

    Attributes:
        images: those there are, the pre-event image first.
        grid: working grid.
        stretches: of the images, to 8 bits.
        shift: correction of the position of the post-event image.
        gating: which windows are read, and what is asked of them.
    """

    images: tuple[SharedImage, ...]
    grid: Grid
    stretches: tuple[Stretch, ...]
    shift: Shift
    gating: Gating = field(repr=False)

    @classmethod
    def of(cls, scene: Scene) -> SceneRecipe:
        """Return the recipe of an open scene."""
        images = scene.images
        return cls(
            tuple(SharedImage.of(image) for image in images.all), scene.grid, images.stretches, images.shift,
            gating_of(scene),
        )  # fmt: skip

    @contextmanager
    def open(self, worker: str) -> Iterator[AlignedPair]:
        """Open the images and yield what reads them on the grid, for one thread at a time.

        Args:
            worker: address of this worker, for messages.

        Raises:
            InputError: an image cannot be read here, or is another one (``cluster-file``).
        """
        with ExitStack() as stack:
            opened = [stack.enter_context(image.open(worker)) for image in self.images]
            pre, post = (None, opened[0]) if len(opened) == 1 else opened
            yield AlignedPair(PairImages(pre, post, self.stretches, self.shift), self.grid, self.gating)


def gating_of(scene: Scene) -> Gating:
    """Return what is asked about the windows of a scene, for another thread or process."""
    own = scene.for_another_thread()
    return Gating(own.grid, own.asked, own.cells, own.hidden)
