"""What the user asked for: all parameters of one assessment, and the command that carries them to the engine."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

#: Choices of the command line, in the order in which they are offered.
DEVICES = ("auto", "cpu", "cuda", "tensorrt", "directml", "coreml")
PRECISIONS = ("auto", "fp32", "fp16")
TEST_TIME_AUGMENTATIONS = ("model", "none", "mirror", "flips")
REGISTRATIONS = ("auto", "off")

#: The model that comes with the plugin.
DEFAULT_MODEL = "compact"


def devices_of(platform: str) -> tuple[str, ...]:
    """Return the devices that there can be on a system, for example ``linux``, ``win32`` or ``darwin``."""
    foreign = {
        "darwin": ("cuda", "tensorrt", "directml"),
        "win32": ("coreml",),
    }.get(platform, ("directml", "coreml"))
    return tuple(device for device in DEVICES if device not in foreign)


@dataclass(frozen=True)
class AssessmentRequest:
    """Parameters of ``xview2 assess``. All files are absolute paths or sources that GDAL opens.

    Attributes:
        pre: pre-event image.
        post: post-event image.
        output: GeoPackage to write.
        model: name of an installed model, or path of a bundle.
        aoi: polygons that limit what is assessed, or None for all that both images cover.
        footprints: building polygons to judge, or None to let the model find the buildings.
        damage_raster: class raster to write, or None.
        report: HTML report to write, or None.
        device: one of :data:`DEVICES`.
        precision: one of :data:`PRECISIONS`.
        tta: one of :data:`TEST_TIME_AUGMENTATIONS`; ``model`` leaves it to the model.
        register: one of :data:`REGISTRATIONS`.
        overwrite: whether files that exist may be replaced.
        discard_reviews: whether a result may be replaced, too, in which people have reviewed buildings.
        pre_crs: CRS of the pre-event image, where QGIS knows better than the file; else None.
        post_crs: the same for the post-event image.
        pre_bands: numbers of the bands of the pre-event image that are red, green and blue, such as ``3,2,1``, or None.
        post_bands: the same for the post-event image.
        pre_shown_bands: the bands that its layer shows, which count where the image does not say, or None.
        post_shown_bands: the same for the post-event image.
        pre_nodata: values of the pre-event image that mean no data, in the words of the engine, or None.
        post_nodata: the same for the post-event image.
    """

    pre: str
    post: str
    output: str
    model: str = DEFAULT_MODEL
    aoi: str | None = None
    footprints: str | None = None
    damage_raster: str | None = None
    report: str | None = None
    device: str = DEVICES[0]
    precision: str = PRECISIONS[0]
    tta: str = TEST_TIME_AUGMENTATIONS[0]
    register: str = REGISTRATIONS[0]
    overwrite: bool = False
    discard_reviews: bool = False
    pre_crs: str | None = None
    post_crs: str | None = None
    pre_bands: str | None = None
    post_bands: str | None = None
    pre_shown_bands: str | None = None
    post_shown_bands: str | None = None
    pre_nodata: str | None = None
    post_nodata: str | None = None

    @property
    def outputs(self) -> tuple[str, ...]:
        """Files the run will write."""
        return tuple(path for path in (self.output, self.damage_raster, self.report) if path)

    def under_free_names(self) -> AssessmentRequest:
        """Return the request with the same free number behind the names of all its outputs; nothing is replaced."""
        number = 2
        while any(os.path.lexists(_numbered(path, number)) for path in self.outputs):
            number += 1
        return replace(
            self,
            output=_numbered(self.output, number),
            damage_raster=_numbered(self.damage_raster, number) if self.damage_raster else None,
            report=_numbered(self.report, number) if self.report else None,
            overwrite=False,
            discard_reviews=False,
        )

    def arguments(self) -> list[str]:
        """Return the arguments of the command ``xview2``."""
        arguments = ["assess"]
        for option, value in (
            ("--pre", self.pre),
            ("--post", self.post),
            ("--pre-crs", self.pre_crs),
            ("--post-crs", self.post_crs),
            ("--pre-bands", self.pre_bands),
            ("--post-bands", self.post_bands),
            ("--pre-shown-bands", self.pre_shown_bands),
            ("--post-shown-bands", self.post_shown_bands),
            ("--pre-nodata", self.pre_nodata),
            ("--post-nodata", self.post_nodata),
            ("--output", self.output),
            ("--model", self.model),
            ("--aoi", self.aoi),
            ("--footprints", self.footprints),
            ("--damage-raster", self.damage_raster),
            ("--report", self.report),
            ("--device", self.device),
            ("--precision", self.precision),
            ("--tta", "" if self.tta == "model" else self.tta),
            ("--register", self.register),
            ("--events", "json"),
        ):
            if value:
                # one word, so that a value with a leading dash cannot be taken for an option
                arguments.append(f"{option}={value}")
        if self.overwrite:
            arguments.append("--overwrite")
        if self.discard_reviews:
            arguments.append("--discard-reviews")
        return arguments


def _numbered(path: str, number: int) -> str:
    stem, suffix = os.path.splitext(path)
    return f"{stem}_{number}{suffix}"
