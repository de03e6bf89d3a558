"""What identifies a run: where any of this differs, finished tiles of one run are not those of another.

Options that say where and how results are written are not part of it: they may be changed when a run is gone on with,
and so may the number of tiles that are computed at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from ...protocol.options.assessment import OPTIONS, AssessmentParameters
from ..bundle import Bundle
from ..inference.devices import RuntimeReport
from ..output.run_record import versions
from ..scene.pair import Scene
from ..scene.tiling import Tiling
from .content_print import content_print
from .file_prints import file_prints, without_sidecars

#: What a run consists of, in words that follow "the run began with another …".
Identity = Mapping[str, str]

_POLYGONS = {"aoi": "area (--aoi)", "exclude": "excluded area (--exclude)", "footprints": "footprints (--footprints)"}
_BY_CONTENT = ("pre", "post", "model", *_POLYGONS)
_OF_RESULTS = (
    "output", "damage_raster", "report", "record_paths", "overwrite", "resume", "discard_reviews", "keep_reviews",
    "language", "events", "event",
)  # fmt: skip
_RESOLVED = ("device", "precision", "batch_size", "scheduler")  # what computes counts, by whatever words it was chosen
_MEASURED = "measurement of the images (position, brightness or shift)"


def run_identity(
    parameters: AssessmentParameters, scene: Scene, bundle: Bundle, report: RuntimeReport, tiling: Tiling
) -> Identity:
    """Return what identifies a run.

    Args:
        parameters: what was asked for, the test-time augmentation resolved.
        scene: the images.
        bundle: the model.
        report: what computes.
        tiling: the tiles.
    """
    found: dict[str, str] = {}
    if scene.images.pre is not None:
        found["pre-event image"] = file_prints(without_sidecars(scene.images.pre.files))
    found["post-event image"] = file_prints(without_sidecars(scene.post.files))
    for name, words in _POLYGONS.items():
        source: str | None = getattr(parameters, name)
        if source is not None:
            layer = hashlib.sha256(source.partition("|")[2].encode("utf-8", "surrogateescape")).hexdigest()
            found[words] = f"{content_print(source)} {layer}"
    found["model"] = f"{bundle.checksum} {_manifest(bundle.path)}"
    for option in OPTIONS:
        if option.name not in (*_BY_CONTENT, *_OF_RESULTS, *_RESOLVED):
            found[option.flag] = option.kind.text(option.of(parameters))
    found["device or precision"] = f"{report.device} {report.provider} {report.precision}"
    found["version of xview2 or of its packages"] = versions()
    found[_MEASURED] = _measured(scene, tiling)
    return found


def changed(before: Identity, now: Identity) -> list[str]:
    """Return what differs between two runs, in words that follow "the run began with another …"."""
    names = [name for name in dict.fromkeys((*before, *now)) if before.get(name) != now.get(name)]
    # what is measured follows the images
    return [name for name in names if name != _MEASURED] or names


def same_but_for_images(before: Identity, now: Identity) -> bool:
    """Return whether two runs differ at most in the files of their images, which look the same from outside.

    Size, position, bands, values without data, brightness and shift are those of before.
    """
    images = ("pre-event image", "post-event image")
    return all(before.get(name) == now.get(name) for name in {*before, *now} if name not in images)


def _manifest(folder: Path) -> str:
    return hashlib.sha256((folder / "model.json").read_bytes()).hexdigest()


def _measured(scene: Scene, tiling: Tiling) -> str:
    grid, images = scene.grid, scene.images
    facts = (
        grid.crs.to_wkt(), tuple(grid.transform), grid.width, grid.height, tiling, images.stretches, images.shift,
        [(image.bands, image.dtype, image.width, image.height, image.nodata, image.fill) for image in images.all],
    )  # fmt: skip
    return hashlib.sha256(repr(facts).encode()).hexdigest()
