"""The report of a stored result, as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...protocol.schema import CLASS_NAMES
from ..errors import InputError
from ..language.wording import Wording
from ..run.context import RunContext
from ..stored.result import StoredResult
from .content import frame_of_result, read_content
from .images import backdrop_of, image_of
from .map.backdrop import Backdrop, plain_ground
from .page import render
from .zones import zones_of_result


@dataclass(frozen=True)
class ReportRequest:
    """What a report is to show beside the result.

    Attributes:
        wording: language of the page.
        zones: polygons to count by; None for a grid where the result is large.
        zone_field: field with their names; None to find it.
        post: image of the map; None to look for that of the run.
        folders: where that of the run may lie.
    """

    wording: Wording
    zones: str | None = None
    zone_field: str | None = None
    post: str | None = None
    folders: tuple[Path, ...] = ()


@dataclass(frozen=True)
class WrittenReport:
    """A report.

    Attributes:
        page: HTML.
        buildings: number of buildings in it.
        counts: the same by the words of the classes.
    """

    page: str
    buildings: int
    counts: dict[str, int]


def report_of(result: StoredResult, request: ReportRequest, context: RunContext) -> WrittenReport:
    """Return the report of a result.

    Args:
        result: the result.
        request: what it shows.
        context: warned where the image of the run cannot be used; asked whether to stop.

    Raises:
        InputError: the result, the zones, or an image that was named cannot be used.
        Cancelled: the user wants it.
    """
    zones = zones_of_result(result, request.zones, request.zone_field, request.wording, context)
    context.check()
    backdrop = _backdrop(result, request, context)
    context.check()
    content = read_content(result, backdrop, request.wording, zones)
    numbers = content.numbers
    counts = {CLASS_NAMES[damage]: count for damage, count in numbers.counts.items()}
    return WrittenReport(render(content, request.wording), numbers.buildings, counts)


def _backdrop(result: StoredResult, request: ReportRequest, context: RunContext) -> Backdrop | None:
    """Return the image of the map, or plain ground where there is none; None without any place."""
    frame = frame_of_result(result)
    if frame is None:
        return None
    image = image_of(result, request.post, request.folders)
    try:
        picture = None if image is None else backdrop_of(image, frame)
    except InputError as error:
        if request.post is not None:
            raise
        context.warning("map-image", f"the image of the run is not on the map: {error.message}")
        picture = None
    if picture is None and request.post is not None:
        raise InputError(
            "the image does not show what was assessed", "give the post-event image of this result", "no-overlap"
        )
    return picture or plain_ground(frame)
