"""Codes that engine and plugin both decide by; docs/command-line.md lists all codes."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the engine."""

    DONE = 0
    USAGE = 2
    INPUT = 3
    MODEL = 4
    RUNTIME = 5
    CANCELLED = 130


class ErrorCode:
    """Errors that are not only shown: the plugin words their hints for QGIS, or acts on them.

    The engine words the same hints for the command line.
    """

    BROKEN_PIPE = "broken-pipe"
    DEFAULT_MODEL = "default-model"
    DEVICE = "device"
    DISK_SPACE = "disk-space"
    ENGINE_PACKAGES = "engine-packages"
    FEW_REVIEWS = "few-reviews"
    IMAGE_MISSING = "image-missing"
    NOT_FINITE = "not-finite"
    NO_GAIN = "no-gain"
    NO_CRS = "no-crs"
    OUTPUT_REVIEWED = "output-reviewed"
    OUT_OF_MEMORY = "out-of-memory"
    RASTER_DAMAGED = "raster-damaged"
    RESULT_IN_USE = "result-in-use"
    RESULT_READONLY = "result-readonly"
    RESUME_CHANGED = "resume-changed"
    RESUME_DAMAGED = "resume-damaged"
    RUNTIME = "runtime"
    SAME_IMAGE = "same-image"
    TOO_LARGE = "too-large"
