"""The images of a run, found again and opened as the run had them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...protocol.codes import ErrorCode
from ...protocol.locations import DEFAULT_MODEL
from ...protocol.options.assessment import OPTIONS, ImageOptions
from ...protocol.public_name import public_name
from ..bundle.pixel_size import model_gsd_m
from ..errors import InputError
from ..raster.opening import open_source
from ..run.context import RunContext
from ..scene.overlap import find_overlap
from ..scene.pair import Scene
from ..scene.pair_images import PairImages
from ..scene.working_grid import choose_grid
from .reviewed_result import ReviewedResult


@dataclass(frozen=True)
class RunImages:
    """What the two images of a run are, and how they are to be read.

    Attributes:
        pre: pre-event image.
        post: post-event image.
    """

    pre: ImageOptions
    post: ImageOptions

    @classmethod
    def of(cls, result: ReviewedResult, folders: Sequence[Path]) -> RunImages:
        """Find the images of a result: in the folders, at the place on record, or beside the result.

        Args:
            result: the result.
            folders: where the user says that images lie.

        Raises:
            InputError: the run had no pre-event image (``no-pre-image``), or an image is not found (``image-missing``).
        """
        recorded = {role: str(result.run.get(role) or "") for role in ("pre", "post")}
        if not recorded["pre"]:
            raise InputError(
                f"{result.path.name} was made from a post-event image alone, and training needs both",
                "leave it out", "no-pre-image",
            )  # fmt: skip
        places = {role: find_image(name, result.path, folders) for role, name in recorded.items()}
        return cls(*(recorded_options(role, places[role], result.parameters) for role in ("pre", "post")))


@contextmanager
def open_run(result: ReviewedResult, images: RunImages, context: RunContext) -> Iterator[Scene]:
    """Open the pair on the grid that the run had. The images stay open until the end of the block.

    The pixels are those of the run: the grid falls on the same places, and bands, stretch, nodata and shift come about
    in the same way.

    Args:
        result: the result.
        images: its images.
        context: checked while the shift is measured.

    Raises:
        InputError: an image cannot be used, or they are not those of the run.
    """
    with ExitStack() as stack:
        pre, post = (
            stack.enter_context(open_source(image.path, image.bands, image.crs, image.shown_bands, image.nodata))
            for image in (images.pre, images.post)
        )
        try:
            overlap = find_overlap(pre.georeference, post.georeference, result.area.near(pre.georeference))
        except InputError as error:
            if error.code != "aoi-outside":
                raise
            raise InputError(
                f"{pre.name} and {post.name} do not show what was assessed in {result.path.name}",
                "name the folder with the images of that run with --images", ErrorCode.IMAGE_MISSING,
            ) from error  # fmt: skip
        grid = choose_grid(pre, post, overlap, model_gsd_m(str(result.parameters.get("model") or DEFAULT_MODEL)))
        scene = Scene(PairImages.of(pre, post), grid, result.area, overlap.asked, None, None)
        yield scene.registered(context) if result.parameters.get("register", True) else scene


def find_image(recorded: str, result: Path, folders: Sequence[Path]) -> str:
    """Return where an image of a run lies now: in the folders, at the place on record, or beside the result.

    Args:
        recorded: what the record of the run calls it.
        result: the result.
        folders: where the user says that images lie.

    Raises:
        InputError: it is in none of these places, or in several of the folders (``image-missing``).
    """
    name = public_name(recorded)
    # nobody is asked over the network because a file that came from elsewhere says so
    whole = Path(recorded).is_absolute() and not recorded.startswith(("\\\\", "//"))
    for places in (folders, [Path(recorded).parent] if whole else [], [result.parent]):
        found = {(place / name).resolve() for place in places if (place / name).is_file()}
        if len(found) > 1:
            raise InputError(
                f"several of the folders hold an image {name}", "write one result at a time, with its own --images",
                ErrorCode.IMAGE_MISSING,
            )  # fmt: skip
        if found:
            return str(found.pop())
    raise InputError(
        f"the image {name} of {result.name} was not found", "name the folder in which it lies with --images",
        ErrorCode.IMAGE_MISSING,
    )  # fmt: skip


def recorded_options(role: str, path: str, recorded: Mapping[str, object]) -> ImageOptions:
    """Return the options of an image as they are on record.

    Args:
        role: ``pre`` or ``post``.
        path: where it lies now.
        recorded: the recorded parameters.

    Raises:
        InputError: the record was written by something else (``result-open``).
    """
    values: dict[str, Any] = {"path": path}
    for option in OPTIONS:
        said = recorded.get(option.name)
        if len(option.place) != 2 or option.place[0] != role or option.place[1] == "path" or said is None:
            continue
        text = ",".join(map(str, said)) if isinstance(said, list) else str(said)
        try:
            values[option.place[1]] = option.kind.value(text)
        except ValueError as error:
            raise InputError(
                f"the record of the run cannot be understood ({option.name}: {error})",
                "give the GeoPackage of an assessment", "result-open",
            ) from error  # fmt: skip
    return ImageOptions(**values)
