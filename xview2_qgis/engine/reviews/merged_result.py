"""Merged files of a batch, whose buildings are reviewed, sampled and adapted in the results of their scenes."""

from __future__ import annotations

from collections.abc import Container

from ...protocol.schema import SCENE_FIELD
from ..errors import InputError


def refuse_merged(fields: Container[str], name: str) -> None:
    """Refuse a file that holds several scenes, in which a building is not known by its number.

    Args:
        fields: of its layer ``damage``.
        name: what to call it.

    Raises:
        InputError: it is such a file (``result-merged``).
    """
    if SCENE_FIELD in fields:
        raise InputError(
            f"{name} holds several scenes, put together of their results", "give the result of one scene",
            "result-merged",
        )  # fmt: skip
