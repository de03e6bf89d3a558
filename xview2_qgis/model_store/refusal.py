"""Why a model cannot be had."""

from __future__ import annotations


class ModelStoreError(Exception):
    """A model cannot be downloaded or installed.

    Args:
        message: what is wrong, a sentence.
        hint: what to do about it, a sentence.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint
