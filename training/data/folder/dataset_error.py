"""The error of data sets."""

from __future__ import annotations

from ...errors import TrainingError


class DatasetError(TrainingError):
    """A file of the data set is missing or unusable; the message names it."""
