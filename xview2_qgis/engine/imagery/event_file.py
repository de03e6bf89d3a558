"""The facts that the user gives: a file in JSON or YAML, or the JSON itself."""

from __future__ import annotations

from pathlib import Path

from ...protocol.public_name import public_name
from ...protocol.scene_facts import FactsFault, SceneFacts
from ...protocol.scene_facts.facts_file import LARGEST_FILE, facts_from_json, facts_from_mapping, is_inline
from ..errors import InputError, brief

_YAML = (".yaml", ".yml")
_JSON = (".json",)


def is_event_file(text: str) -> bool:
    """Return whether a text names a file with facts, and not an event itself."""
    return text.lower().endswith((*_YAML, *_JSON))


def given_facts(event: str | None) -> SceneFacts:
    """Return the facts that the user gives.

    Args:
        event: a file, or JSON; None for no facts.

    Raises:
        InputError: it cannot be read, or something in it is not as it should be (``event-file``).
    """
    if event is None:
        return SceneFacts()
    name = "the event" if is_inline(event) else brief(public_name(event))
    try:
        return facts_from_json(event) if is_inline(event) else _of_file(Path(event))
    except FactsFault as fault:
        what = f"{fault.field} {fault.fault}".strip()
        raise InputError(f"{name}: {what}", fault.hint, "event-file") from fault
    except (OSError, ValueError) as error:  # the latter of a name that holds a zero
        reason = error.strerror if isinstance(error, OSError) else "no name of a file"
        raise InputError(f"{name} cannot be read ({reason})", "check the path", "event-file") from error


def _of_file(path: Path) -> SceneFacts:
    """Return the facts in a file.

    Raises:
        FactsFault: something in it is not as it should be.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise FactsFault("", "it is too large", "give a JSON or YAML file of some lines")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FactsFault("", "it is not written in Unicode", "save it as UTF-8") from None
    if not path.name.lower().endswith(_YAML):
        return facts_from_json(text)
    from .plain_yaml import read_yaml  # most runs need no YAML

    return facts_from_mapping(read_yaml(text))
