"""Errors of one scene, and errors that every other scene would have, too."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from ..errors import Cancelled, EngineError, InputError, ListenerLost, ModelError, RuntimeFailure, UsageError
from ..staging.disk_room import is_full

#: Failures of the machine that concern the scene: another one may be smaller.
_OF_SCENE = {"not-finite", "disk-space", "out-of-memory", "internal", "cluster-tile"}

#: Errors of the call that concern all scenes, but are found with the first one.
_OF_ALL = {"cluster-address"}


@dataclass(frozen=True)
class SceneFailure:
    """Why a scene has no result.

    Attributes:
        code: short identifier of the error.
        message: what is wrong.
        hint: what to do about it.
    """

    code: str
    message: str
    hint: str


def of_scene(error: Exception) -> EngineError | None:
    """Return an error that concerns one scene only, as users read it; None for one that ends the batch.

    A model, device or disk that fails once fails for all scenes. What cannot be said of an error of the machine ends
    the batch, too; a bug may well be of one scene.
    """
    if isinstance(error, (Cancelled, ListenerLost)):
        return None
    if isinstance(error, EngineError):
        theirs = (isinstance(error, (InputError, UsageError)) and error.code not in _OF_ALL) or error.code in _OF_SCENE
        alone = isinstance(error, ModelError) and error.code == "model-needs-pre"
        return error if theirs or alone else None
    if isinstance(error, MemoryError):
        return RuntimeFailure("the memory of this machine is full", "close other programs", "out-of-memory")
    if isinstance(error, ImportError) or (
        isinstance(error, OSError) and (is_full(error) or error.errno in (errno.EMFILE, errno.ENFILE))
    ):
        return None
    return RuntimeFailure(
        f"unexpected {type(error).__name__}: {error}", "assess this scene alone with --debug and report the output",
        "internal",
    )  # fmt: skip
