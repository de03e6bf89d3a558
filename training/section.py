"""Sections of a configuration: frozen classes of plain values, checked by pydantic.

Unknown keys are refused, inside lists too, and the nearest known one is named, because a misspelt learning rate costs a
night.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from .errors import TrainingError

T = TypeVar("T")

#: Of readers of dataclasses, which have no settings themselves but inherit them.
STRICT = ConfigDict(extra="forbid")

_UNKNOWN = frozenset({"extra_forbidden", "invalid_key", "unexpected_keyword_argument"})
_NO_SECTION = frozenset({"dataclass_type", "model_attributes_type", "model_type"})


class ConfigurationError(TrainingError):
    """A configuration cannot be used; the message says which key and why."""


class StrictModel(BaseModel):
    """A section with conditions between its keys; frozen, and unknown keys are refused, in its dataclasses too."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``, did you mean …?`` with the nearest known word, or nothing when there is none."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.0)
    return f", did you mean {near[0]}?" if near else ""


def read_section(reader: TypeAdapter[T], values: Mapping[str, Any], place: str = "") -> T:
    """Build what a section configures.

    Args:
        reader: of its class, or of the classes that its key ``name`` chooses from.
        values: fields by name.
        place: the section's name, for messages.

    Raises:
        ConfigurationError: a key is unknown or a value cannot be used; one line names every place.
    """
    try:
        return reader.validate_python(values)
    except ValidationError as error:
        problems = error.errors()
        # what is misspelt is missing, too: only one of both is the mistake
        chosen = [p for p in problems if p["type"] in _UNKNOWN] or problems
        schema = reader.json_schema()
        raise ConfigurationError("; ".join(_line(problem, schema, place) for problem in chosen)) from error


def _line(problem: ErrorDetails, schema: Mapping[str, Any], place: str) -> str:
    """Return the full key of a problem and what is wrong with it."""
    keys, known, choices = _followed(schema, problem["loc"])
    key = ".".join([place] * bool(place) + keys)
    if problem["type"] in _UNKNOWN:
        return f"{key}: unknown key{nearest(keys[-1], known)}"
    if problem["type"] in _NO_SECTION:
        return f"{key}: input should be a mapping of keys"
    if problem["type"].startswith("union_tag_"):
        name = choices["propertyName"]
        if name not in problem["input"]:
            return f"{key}.{name}: field required, one of {', '.join(choices['mapping'])}"
        value = problem["input"][name]
        return f"{key}.{name}: {value!r} is unknown{nearest(str(value), choices['mapping'])}"
    if problem["type"] == "value_error":
        return f"{key}: {problem['ctx']['error']}"
    return f"{key}: {problem['msg'][:1].lower()}{problem['msg'][1:]}"


def _followed(
    schema: Mapping[str, Any], place: tuple[int | str, ...]
) -> tuple[list[str], Mapping[str, Any], Mapping[str, Any]]:
    """Follow a place through a JSON schema.

    Returns:
        the keys as they are written, without the names by which pydantic tells classes apart; the keys that are known
        beside the last; the classes to choose from at the place.
    """
    keys: list[str] = []
    known: Mapping[str, Any] = {}
    node = schema
    for part in place:
        kinds = node.get("discriminator", {}).get("mapping", {})
        if part in kinds:
            node = {"$ref": kinds[part]}
        else:
            known = _resolved(node, schema).get("properties", {})
            node = known.get(str(part)) or _resolved(node, schema).get("items", {})
            keys.append(str(part))
    return keys, known, node.get("discriminator", {})


def _resolved(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = node.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = schema["$defs"][name] if name else node
    return found
