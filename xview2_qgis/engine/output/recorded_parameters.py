"""Parameters of a run as its record names them: so that it can be repeated, and passed on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ...protocol.options.assessment import OPTIONS, AssessmentParameters
from ...protocol.options.kinds import File, Named, Text
from ...protocol.options.option import Option
from ...protocol.public_name import public_name, public_source
from ...protocol.redaction import redacted, without_secrets

_LAST = (
    "record_paths",
    "tile_offset",
    "exclude",
    "keep_reviews",
    "outlines",
)  # where the records of all versions have them
_PUBLIC: Mapping[Named, Callable[[str], str]] = {
    "source": public_source, "model": public_name, "crs": redacted, "scheduler": redacted,
}  # fmt: skip
_WHOLE: Mapping[Named, Callable[[str], str]] = {
    "source": without_secrets, "model": without_secrets, "crs": redacted, "scheduler": redacted,
}  # fmt: skip


def recorded_parameters(parameters: AssessmentParameters) -> dict[str, object]:
    """Return the values by the names of their options, as JSON knows them.

    Files are called by their names unless whole paths are asked for; addresses never hold what is secret.
    """
    options = sorted((option for option in OPTIONS if option.recorded), key=_rank)
    return {option.name: _recorded(option, parameters) for option in options}


def _rank(option: Option) -> int:
    return _LAST.index(option.name) + 1 if option.name in _LAST else 0


def _recorded(option: Option, parameters: AssessmentParameters) -> object:
    value = option.of(parameters)
    if isinstance(option.kind, File) and isinstance(value, Path):
        return str(value) if parameters.record_paths else value.name
    if isinstance(option.kind, Text) and isinstance(value, str):
        return (_WHOLE if parameters.record_paths else _PUBLIC)[option.kind.names](value)
    return value if value is None or isinstance(value, (bool, str, int, tuple)) else str(value)
