"""The output formats. A new one is a module with an :class:`.output.writer.OutputFormat` and an entry here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ..protocol.options.assessment import AssessmentParameters
from .output.damage_raster.writer import DAMAGE_RASTER
from .output.geopackage.writer import GEOPACKAGE
from .output.writer import OutputFormat
from .report.format import REPORT
from .staging.destinations import Destination, real_path

#: The GeoPackage comes first: it is always written, its folder holds the working files of the run, and its place is
#: taken last, so that a process killed between two files leaves the buildings of the earlier run whole.
FORMATS: tuple[OutputFormat, ...] = (GEOPACKAGE, DAMAGE_RASTER, REPORT)


def asked_formats(parameters: AssessmentParameters) -> tuple[OutputFormat, ...]:
    """Return the formats that a run writes."""
    return tuple(form for form in FORMATS if _path(parameters, form) is not None)


def destinations(parameters: AssessmentParameters) -> tuple[Destination, ...]:
    """Return the files that a run writes, in the order of :func:`asked_formats`."""
    return tuple(
        Destination(path, form.suffixes, form.sidecars)
        for form in FORMATS
        if (path := _path(parameters, form)) is not None
    )


def at_real_places(parameters: AssessmentParameters) -> AssessmentParameters:
    """Return the parameters with the files that symbolic links among the outputs lead to.

    A link stays a link then, and what is written lies on the disk where it is wanted.

    Raises:
        UsageError: a link leads to itself, or another user created it (``output-name``).
    """
    moved: dict[str, Any] = {
        form.option: real_path(path) for form in FORMATS if (path := _path(parameters, form)) is not None
    }
    return replace(parameters, **moved)


def _path(parameters: AssessmentParameters, form: OutputFormat) -> Path | None:
    path: Path | None = getattr(parameters, form.option)
    return path
