"""Errors that a user of training can act on: one line, and an exit code of the command."""

from __future__ import annotations

from typing import ClassVar

from xview2_qgis.protocol.codes import ExitCode


class TrainingError(ValueError):
    """Something that was given cannot be used; the message says what and why."""

    exit_code: ClassVar[ExitCode] = ExitCode.INPUT
