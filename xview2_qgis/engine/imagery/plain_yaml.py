"""YAML of a stranger as plain texts: no types are guessed, and nothing in it can grow."""

from __future__ import annotations

import yaml

from ...protocol.scene_facts import FactsFault
from ..errors import brief


def read_yaml(text: str) -> object:
    """Return what a text stands for, all values as texts.

    Raises:
        FactsFault: it is no YAML, refers to its own parts, or has a name twice.
    """
    try:
        loader = _PlainLoader(text)
        try:
            found: object = loader.get_single_data()
        finally:
            loader.dispose()
    except FactsFault:
        raise
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        at = "somewhere" if mark is None else f"line {mark.line + 1}"
        raise FactsFault("", f"it is no YAML ({at})", "write as in event: {name: …, date: 2023-02-06}") from None
    return found


class _PlainLoader(yaml.SafeLoader):
    """Reads values as they stand: neither is ``NO`` a country that becomes False, nor a date one that is no text.

    References are refused: a few lines of them stand for gigabytes.
    """

    yaml_implicit_resolvers = {}  # noqa: RUF012 - as the class above has it

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the next node."""
        if self.check_event(yaml.AliasEvent):
            raise FactsFault("", "it holds a reference (*)", "write the value out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        """Return names and values."""
        names = [key.value for key, _ in node.value]
        for name in names:
            if isinstance(name, str) and names.count(name) > 1:
                raise FactsFault("", f'the name "{brief(name)}" is there twice', "leave one of them out")
        return super().construct_mapping(node, deep)
