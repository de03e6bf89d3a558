"""The scene: the images of a pair and everything known about them before the first tile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...protocol.options.assessment import AssessmentParameters
from ..access.input_files import InputFiles
from ..bundle import Bundle
from ..geo.grid import Grid
from ..raster.opening import open_source
from ..raster.source import RasterSource
from ..run.context import RunContext
from .alignment import AlignedPair
from .area_of_interest import AreaOfInterest
from .comparison.colour_doubt import colour_doubt
from .comparison.registration import estimate_shift, shift_notice, worth_correcting
from .demand import Demand, check_room
from .gating import Gating
from .hidden.area import HiddenArea, hidden_area
from .overlap import Overlap, find_overlap, overlap_doubt, whole_ground
from .pair_images import PairImages
from .pair_order import image_notices
from .working_grid import choose_grid

if TYPE_CHECKING:
    from ..footprints.cells import FootprintCells
    from ..footprints.layer import FootprintLayer
    from ..footprints.store import FootprintStore

#: Of the stage "prepare": model, rasters, brightness, shift, device.
PREPARE_STEPS = 5


@dataclass(frozen=True)
class Scene:
    """Everything known about the images before the first tile.

    Attributes:
        images: pre-event and post-event image, or the latter alone.
        grid: working grid.
        area: area of interest.
        asked: where buildings are asked for, None for all of the reference.
        footprints: known buildings.
        cells: where they lie.
        hidden: what the post-event image hides, by the word of the user.
    """

    images: PairImages
    grid: Grid
    area: AreaOfInterest | None
    asked: AreaOfInterest | None
    footprints: FootprintStore | None
    cells: FootprintCells | None
    hidden: HiddenArea | None = None

    @property
    def post(self) -> RasterSource:
        """The post-event image."""
        return self.images.post

    @property
    def reference(self) -> RasterSource:
        """The image whose CRS and pixels the results have."""
        return self.images.reference

    def aligned(self) -> AlignedPair:
        """Return what reads both images on the grid, with what is asked about each tile."""
        return AlignedPair(self.images, self.grid, Gating(self.grid, self.asked, self.cells, self.hidden))

    def registered(self, context: RunContext) -> Scene:
        """Return the same with the shift between the images corrected, where that is worth it.

        Args:
            context: checked while it is measured; receives a warning where it is corrected, or cannot be told.

        Raises:
            InputError: an image cannot be read.
            Cancelled: the user asked to stop.
        """
        with self.aligned() as pair:
            shift = estimate_shift(pair, context=context)
        notice = shift_notice(shift, self.post.name)
        if notice is not None:
            context.warning(notice.code, notice.message)
        return replace(self, images=replace(self.images, shift=shift)) if worth_correcting(shift) else self

    def for_another_thread(self) -> Scene:
        """Return the same with areas of its own: GEOS prepares geometries for one thread at a time."""
        asked = None if self.asked is None else self.asked.copy()
        return replace(self, asked=asked, hidden=None if self.hidden is None else self.hidden.copy())


@contextmanager
def open_scene(
    parameters: AssessmentParameters,
    inputs: InputFiles,
    bundle: Bundle,
    folder: Path,
    context: RunContext,
) -> Iterator[Scene]:
    """Open the inputs and find out how they lie to each other. The images stay open until the end of the block.

    Args:
        parameters: what was asked for.
        inputs: all files that are read are added.
        bundle: the model.
        folder: for working files.
        context: receives warnings and the progress of the stage ``prepare``, checked between the steps.

    Raises:
        InputError: an image, the area or the footprints cannot be used, or do not fit together.
        UsageError: an output is one of the inputs.
        RuntimeFailure: there is no room for the run.
        Cancelled: the user asked to stop.
    """
    with ExitStack() as stack:
        images = [
            stack.enter_context(open_source(image.path, image.bands, image.crs, image.shown_bands, image.nodata))
            for image in parameters.images
        ]
        inputs.add([file for image in images for file in image.files])
        pre, post = (None, images[0]) if len(images) == 1 else images
        yield _prepared(parameters, pre, post, bundle, folder, context)


def _prepared(
    parameters: AssessmentParameters,
    pre: RasterSource | None,
    post: RasterSource,
    bundle: Bundle,
    folder: Path,
    context: RunContext,
) -> Scene:
    """Find out how the images lie to each other, and to the polygons that go with them."""
    for notice in image_notices(pre, post, bundle.gsd_m, given_footprints=parameters.footprints is not None):
        context.warning(notice.code, notice.message)
    reference = post if pre is None else pre
    area, excluded, layer = _polygons(parameters, context)
    area = None if area is None else area.near(reference.georeference)
    overlap = _overlap(pre, post, area, context)
    hidden = None if excluded is None else hidden_area(excluded, overlap, reference.georeference, context.events)
    grid = choose_grid(reference, post, overlap, bundle.gsd_m)
    # with an area of interest, the damage raster has only the pixels around it
    drawn = parameters.damage_raster and not reference.gcps and area is None
    raster_pixels = reference.width * reference.height if drawn else 0
    room = Demand.of(grid, overlap, bundle.overlap, raster_pixels, bundle.feature_bytes)
    check_room(room, folder)
    footprints, cells = (None, None) if layer is None else layer.collect(grid, folder / "footprints.sqlite", context)
    context.progress("prepare", 2, PREPARE_STEPS)
    context.check()
    scene = Scene(PairImages.of(pre, post), grid, area, overlap.asked, footprints, cells, hidden)
    colours = colour_doubt(scene.images, grid)
    if colours is not None:
        context.warning(colours.code, colours.message)
    context.progress("prepare", 3, PREPARE_STEPS)
    if parameters.register and pre is not None:
        scene = scene.registered(context)
    for image in scene.images.all:
        # samples only: what is damaged counts, row by row, when it is read to be assessed
        image.unreadable.taken()
    context.progress("prepare", 4, PREPARE_STEPS)
    return scene


def _overlap(pre: RasterSource | None, post: RasterSource, area: AreaOfInterest | None, context: RunContext) -> Overlap:
    """Return the ground that all images show, with a warning where that is little of a pair."""
    if pre is None:
        return whole_ground(post.georeference, area)
    overlap = find_overlap(pre.georeference, post.georeference, area)
    small = overlap_doubt(overlap, pre.georeference, post.georeference) if area is None else None
    if small is not None:
        context.warning(small.code, small.message)
    return overlap


def _polygons(
    parameters: AssessmentParameters, context: RunContext
) -> tuple[AreaOfInterest | None, AreaOfInterest | None, FootprintLayer | None]:
    """Open area, excluded area and footprints. What reads them is loaded here: most runs have none."""
    area = excluded = layer = None
    if parameters.aoi:
        from .area_layer import read_area

        area = read_area(parameters.aoi, context.events)
    if parameters.exclude:
        from .hidden.layer import read_excluded

        excluded = read_excluded(parameters.exclude, context.events)
    if parameters.footprints:
        from ..footprints.layer import open_footprints

        layer = open_footprints(parameters.footprints, context.events)
    return area, excluded, layer
