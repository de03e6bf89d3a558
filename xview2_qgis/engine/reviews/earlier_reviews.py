"""The reviews of an earlier result: what people wrote about its buildings, and the buildings that they drew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyogrio
import shapely
from rasterio.crs import CRS

from ...protocol.schema import DAMAGE_LAYER, UNMATCHED_REVIEWS_LAYER
from ...protocol.stored_result import DamagedError, InUseError, reviewed_rows
from ..errors import InputError
from ..geo.polygons import polygonal

#: Fields that only people fill in.
REVIEW_FIELDS = ("review_class", "review_note", "reviewed_at", "reviewed_by")
_NEEDED = (*REVIEW_FIELDS, "building_id", "damage_class", "source")


@dataclass(frozen=True)
class Review:
    """What somebody wrote about one building.

    Attributes:
        outline: of the building, valid, in the CRS of the earlier result.
        texts: of :data:`REVIEW_FIELDS`, in their order; None where nothing was written.
        building_id: number of the building in the earlier result, None for one that was drawn by hand.
        damage_class: class that it had by itself, None where it had none.
        source: who drew its outline, as the earlier result says it.
        drawn: it was drawn by hand in the layer of buildings.
    """

    outline: shapely.Polygon | shapely.MultiPolygon
    texts: tuple[str | None, ...]
    building_id: int | None
    damage_class: str | None
    source: str | None
    drawn: bool

    @property
    def can_be_copied(self) -> bool:
        """Whether it is a building of its own, which needs no other one to be matched with."""
        return self.drawn and not self.outline.is_empty


@dataclass(frozen=True)
class EarlierReviews:
    """All reviews of a result.

    Attributes:
        reviews: the reviews.
        crs: CRS of their outlines.
    """

    reviews: tuple[Review, ...]
    crs: CRS


def read_reviews(path: Path) -> EarlierReviews | None:
    """Return the reviews of a result, also those that an earlier run could not match.

    None where there are none, or no result.

    Raises:
        InputError: the result is in use (``output-in-use``), or cannot be read (``output-damaged``).
    """
    if not path.is_file():
        return None
    try:
        rows = {layer: reviewed_rows(path, layer) for layer in (DAMAGE_LAYER, UNMATCHED_REVIEWS_LAYER)}
        found = [_read(path, layer, sorted(numbers)) for layer, numbers in rows.items() if numbers]
    except InUseError as error:
        raise InputError(f"{path.name} is in use ({error})", "close other programs", "output-in-use") from error
    except (DamagedError, *_READ_ERRORS) as error:
        raise InputError(
            f"the reviews of {path.name} cannot be read ({error})", "write the result under another name",
            "output-damaged",
        ) from error  # fmt: skip
    reviews = tuple(review for part in found for review in part.reviews)
    return EarlierReviews(reviews, found[0].crs) if reviews else None


_READ_ERRORS = (
    pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError, shapely.errors.GEOSException, OSError, ValueError,
)  # fmt: skip


def _read(path: Path, layer: str, rows: list[int]) -> EarlierReviews:
    meta, _, outlines, columns = pyogrio.raw.read(path, layer=layer, fids=rows)
    fields = {str(name).lower(): column for name, column in zip(meta["fields"], columns, strict=True)}
    texts = {name: fields[name] for name in _NEEDED if name in fields}
    reviews = []
    for index, shape in enumerate(shapely.from_wkb(outlines)):
        outline = polygonal(shapely.make_valid(shapely.force_2d(shape))) if shape is not None else shapely.Polygon()
        said = {name: _text(column[index]) for name, column in texts.items()}
        number = said.get("building_id")
        reviews.append(
            Review(
                outline, tuple(said.get(name) for name in REVIEW_FIELDS),
                None if number is None else int(float(number)), said.get("damage_class"), said.get("source"),
                drawn=number is None and layer == DAMAGE_LAYER,
            )
        )  # fmt: skip
    return EarlierReviews(tuple(reviews), CRS.from_user_input(meta["crs"]))


def _text(value: object) -> str | None:
    """Return a value as text; NaN, NaT, blanks and nothing are None."""
    text = "" if value is None or value != value else str(value).strip()
    return text if text and text != "NaT" else None


def numbers(reviews: tuple[Review, ...]) -> Iterator[str]:
    """Yield how each review is named in a message: by the number of its building."""
    for review in reviews:
        yield "a drawn one" if review.building_id is None else str(review.building_id)
