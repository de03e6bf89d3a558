"""Where the scenes of a batch come from: a list, or two folders whose images are matched and listed first."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ...errors import InputError, UsageError
from ...imagery.acquisition_date import acquisition_date
from ...output.small_outputs import replace_text
from ...raster.file import open_dataset
from ...run.events import EventSink
from .catalog import Scene, catalog_rows, read_catalog
from .folder_pairs import Match, match_folders

_LISTED = "the images of a pair must be certain: write the others into the list yourself"


@dataclass(frozen=True)
class SceneSource:
    """What the caller gave.

    Attributes:
        catalog: a list; None where there are folders.
        pre_folder: folder of the pre-event images.
        post_folder: folder of the post-event images.
        match: by what their images are matched.
    """

    catalog: Path | None
    pre_folder: Path | None
    post_folder: Path | None
    match: Match

    def check(self) -> None:
        """Refuse what is neither a list nor two folders.

        Raises:
            UsageError: both or neither are given (``usage``).
        """
        folders = [folder for folder in (self.pre_folder, self.post_folder) if folder is not None]
        if (self.catalog is None) != bool(folders):
            raise UsageError(
                "give either a list of scenes or two folders",
                "CATALOG.csv, or --pre-folder and --post-folder", "usage",
            )  # fmt: skip
        if len(folders) == 1:
            raise UsageError("one folder is given", "give both --pre-folder and --post-folder", "usage")

    def scenes(self, matched: Path, events: EventSink, *, overwrite: bool) -> tuple[Scene, ...]:
        """Return the scenes; those of folders are written as a list first.

        Args:
            matched: where that list is written.
            events: warned of columns and dates, and of every image of the folders that is left over (``match-left``).
            overwrite: another list that stands there may be replaced.

        Raises:
            InputError: as of :func:`.read_catalog` and :func:`.match_folders`.
            UsageError: another list stands there, which somebody may have edited (``output-exists``).
            RuntimeFailure: the list cannot be written (``output-write``).
        """
        if self.catalog is not None:
            return read_catalog(self.catalog, events)
        if self.pre_folder is None or self.post_folder is None:
            raise ValueError("not checked")
        found = match_folders(self.pre_folder, self.post_folder, self.match, _acquired)
        for left in found.left_over:
            events.warning("match-left", f"{left.path.name} is left over: {left.reason}")
        text = _text(found.scenes)
        if matched.exists() and not overwrite and _content(matched) != text:
            raise UsageError(
                f"{matched} is another list than that of the folders now",
                f"give it as CATALOG.csv if you have edited it, or add --overwrite; {_LISTED}", "output-exists",
            )  # fmt: skip
        replace_text(matched, text)
        return tuple(found.scenes)


def _text(scenes: Sequence[Scene]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(catalog_rows(scenes))
    return text.getvalue()


def _content(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _acquired(image: Path) -> datetime | None:
    try:
        with open_dataset(str(image)) as dataset:
            known = acquisition_date(dataset, str(image), dataset.files)
    except InputError:
        return None  # the image is listed as one without a date
    return None if known is None else known.moment
