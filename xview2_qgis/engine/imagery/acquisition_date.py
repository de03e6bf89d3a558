"""When an image was taken, where its metadata or its name hold it.

The networks take whatever they are given for the pre-event image: exchanged, a destroyed town is found undamaged.
Pixels do not show it, dates often do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rasterio.io import DatasetReader

from ...protocol.name_date import EARLIEST_YEAR, MONTHS, date_in_name, day_of
from ...protocol.public_name import public_name
from .description import Description
from .files_beside import descriptions

# Names under which the moment of acquisition is kept, without case, spaces and underscores: GDAL's own name in the
# domain IMAGERY first (it reads the files of the vendors), then those of vendors, NITF, Landsat, EXIF, ENVI.
_KEYS = (
    "acquisitiondatetime",
    "acquisitiondate",
    "dateacquired",
    "acquisitiontime",
    "acquired",
    "nitfidatim",
    "firstlinetime",
    "imagingdate",
    "imagedatetime",
    "sensingtime",
    "datatake1datatakesensingstart",
    "productstarttime",
    "exifdatetimeoriginal",
)
# often the time of processing, which is later; used where nothing better is known
_FILE_KEY = "tifftagdatetime"
# written by GDAL into every NITF for which it knows no other moment
_NO_MOMENT = "20021216151629"
_DOMAINS = ("IMAGERY", None, "IMD", "ENVI")

_MOMENT = re.compile(
    r"(\d{4})([-:/.]?)(\d{2})\2(\d{2})(?:[T ]?(\d{2}):?(\d{2}):?(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?(?!\d)"
)
_OLD_NITF = re.compile(r"(\d{2})(\d{2})(\d{2})(\d{2})Z([A-Z]{3})(\d{2})$")


@dataclass(frozen=True)
class AcquisitionDate:
    """When an image was taken.

    Attributes:
        moment: in UTC; midnight where only the day is known.
        to_the_day: whether only the day is known.
        source: where that comes from, for messages: the name of the metadata item, or ``file name``.
    """

    moment: datetime
    to_the_day: bool
    source: str

    @property
    def iso(self) -> str:
        """As ISO 8601: the day, or the moment in UTC."""
        return f"{self.moment:%Y-%m-%d}" if self.to_the_day else f"{self.moment:%Y-%m-%dT%H:%M:%S}Z"

    def __str__(self) -> str:
        """Date for messages, with its source."""
        return f"{self.moment:%Y-%m-%d}{'' if self.to_the_day else f' {self.moment:%H:%M}'} ({self.source})"


def acquisition_date(
    dataset: DatasetReader, path: str, files: Iterable[str] = (), beside: Iterable[Description] | None = None
) -> AcquisitionDate | None:
    """Return when an image was taken, None where that is not known or contradictory.

    Metadata of the acquisition come first, then the descriptions beside the file, then the name of the file, then those
    of the other files that it consists of (the tiles of a virtual raster), then the time of the file in its TIFF tags.

    Args:
        dataset: the image, opened.
        path: as which it was opened.
        files: all files it consists of.
        beside: what the files beside it say; None where they have not been looked into.
    """
    tags = [dataset.tags(ns=domain) if domain else dataset.tags() for domain in _DOMAINS]
    found = (date_in_tags(items) for items in tags)
    by_file = (date_in_tags(items, (_FILE_KEY,)) for items in tags)
    names = (date_of_names(path, files),)
    described = (_moment(said.moment, said.origin) for said in (descriptions(path) if beside is None else beside))
    return next((known for group in (found, described, names, by_file) for known in group if known is not None), None)


def date_of_names(path: str, files: Iterable[str] = ()) -> AcquisitionDate | None:
    """Return the date in the name of an image, else that which the names of all files it consists of have in common."""
    return _named(path) or _common_date(files)


def date_in_tags(tags: Mapping[str, str], keys: tuple[str, ...] = _KEYS) -> AcquisitionDate | None:
    """Return the moment that one domain of metadata holds under the first of the keys that is there."""
    # IMD files of Maxar name their item IMAGE_1.firstLineTime
    plain = {re.sub(r"[\s_]", "", name.rpartition(".")[2]).lower(): name for name in tags}
    for key in keys:
        name = plain.get(key)
        known = _moment(tags[name], name.rpartition(".")[2]) if name is not None else None
        if known is not None:
            return known
    return None


def wrong_order(pre: AcquisitionDate | None, post: AcquisitionDate | None) -> str | None:
    """Return what is wrong with the dates of a pair and what to check; None where nothing is known to be wrong."""
    if pre is None or post is None:
        return None
    first, second = pre.moment.date(), post.moment.date()
    if pre.to_the_day or post.to_the_day:
        later, same = first > second, first == second
    elif pre.source.lower().replace("_", "") == _FILE_KEY and first == second:
        # a program that wrote both files on one day may have begun with either
        later, same = False, pre.moment == post.moment
    else:
        later, same = pre.moment > post.moment, pre.moment == post.moment
    if later:
        return (
            f"the pre-event image is dated {pre}, later than the post-event image, {post}: "
            "check whether the two images are exchanged"
        )
    if same:
        return (
            f"both images have the same date, {pre} and {post}: "
            "check that the first was taken before the event and the second after it"
        )
    return None


def _named(file: str) -> AcquisitionDate | None:
    # of a URL without its query: signatures have dates of their own
    day = date_in_name(Path(public_name(file)).stem)
    return None if day is None else AcquisitionDate(_midnight(day), True, "file name")


def _common_date(files: Iterable[str]) -> AcquisitionDate | None:
    dates = {named for named in map(_named, files) if named is not None}
    return dates.pop() if len(dates) == 1 else None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _moment(text: str, source: str) -> AcquisitionDate | None:
    text = text.strip().strip('"').strip()
    if text == _NO_MOMENT:
        return None
    if old := _OLD_NITF.match(text.upper()):  # NITF 2.0: day, time, month, year
        day, hour, minute, second, month, year = old.groups()
        number = f"{MONTHS.index(month) + 1:02d}" if month in MONTHS else "00"
        century = "19" if int(year) >= EARLIEST_YEAR % 100 else "20"
        text = f"{century}{year}{number}{day}{hour}{minute}{second}"
    found = _MOMENT.match(text)
    if found is None:
        return None
    year, _, month, day, hour, minute, second, zone = found.groups()
    known = day_of(year, month, day)
    if known is None:
        return None
    moment = _midnight(known)
    if hour is None or int(hour) > 23 or int(minute) > 59:
        return AcquisitionDate(moment, True, source)
    moment += timedelta(hours=int(hour), minutes=int(minute), seconds=min(int(second), 59))
    if zone not in (None, "Z"):
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        moment += offset if zone[0] == "-" else -offset
    return AcquisitionDate(moment, False, source)
