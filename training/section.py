"""A section of a configuration: frozen dataclasses of plain values, checked by pydantic.

Unknown keys are refused, inside lists too, and the nearest known one of a section is named, because a misspelt
learning rate costs a night.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from .errors import TrainingError

T = TypeVar("T")


class ConfigurationError(TrainingError):
    """A configuration cannot be used; the message says which key and why."""


class StrictModel(BaseModel):
    """A section that is read together with the whole configuration; frozen, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``, did you mean …?`` with the nearest known word, or nothing when there is none."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.0)
    return f", did you mean {near[0]}?" if near else ""


def read_section(kind: type[T], values: Mapping[str, Any], place: str) -> T:
    """Build a dataclass from the values of a section.

    Args:
        kind: a dataclass whose fields are plain values.
        values: fields by name.
        place: the section's name, for messages.

    Raises:
        ConfigurationError: a key is unknown or a value has the wrong type.
    """
    fields: Mapping[str, Any] = kind.__dataclass_fields__  # type: ignore[attr-defined]  # of dataclasses
    for key in values:
        if key not in fields:
            raise ConfigurationError(f"{place}.{key}: unknown key{nearest(str(key), fields)}")
    try:
        # a dataclass takes no settings itself, but it inherits those of a list, and so do the dataclasses inside it
        return TypeAdapter(list[kind], config=ConfigDict(extra="forbid")).validate_python([dict(values)])[0]  # type: ignore[valid-type]  # a type that is a value
    except ValidationError as error:
        raise ConfigurationError(explain(error, place, skip=1)) from error


def choose(kinds: Mapping[str, type[T]], values: Mapping[str, Any], place: str) -> T:
    """Build one of several dataclasses, chosen by the key ``name``.

    Raises:
        ConfigurationError: the name is missing or unknown, or the section cannot be read.
    """
    rest = dict(values)
    name = rest.pop("name", None)
    if not isinstance(name, str) or name not in kinds:
        raise ConfigurationError(f"{place}.name: {name!r} is unknown{nearest(str(name), kinds)}")
    return read_section(kinds[name], rest, place)


def explain(error: ValidationError, place: str = "", skip: int = 0) -> str:
    """Return a validation error in one line, with the full key of every problem.

    Args:
        error: what pydantic found.
        place: the section's name, in front of every key.
        skip: how many parts of a key say nothing to a user.
    """
    lines = []
    for problem in error.errors():
        key = ".".join([place] * bool(place) + [str(p) for p in problem["loc"][skip:]])
        unknown = problem["type"] in ("unexpected_keyword_argument", "extra_forbidden")
        text = "unknown key" if unknown else problem["msg"][:1].lower() + problem["msg"][1:]
        lines.append(f"{key}: {text}")
    return "; ".join(lines)
