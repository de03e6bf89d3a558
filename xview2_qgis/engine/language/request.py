"""The language that a command was asked for."""

from __future__ import annotations

import argparse

from ...protocol.language.code import SOURCE_LANGUAGE
from ...protocol.options.language import LANGUAGE
from .wording import Wording


def wording_of(options: argparse.Namespace) -> Wording:
    """Return the wording for a parsed command line with the option ``--language``."""
    text = getattr(options, LANGUAGE.name) or SOURCE_LANGUAGE
    return Wording(LANGUAGE.kind.value(text))
