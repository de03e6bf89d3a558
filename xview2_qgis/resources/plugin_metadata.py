"""Entries of ``metadata.txt``."""

from __future__ import annotations

import configparser
from pathlib import Path


def metadata(key: str) -> str:
    """Return an entry of ``metadata.txt``, or an empty text.

    An installed plugin has the file inside the package, a checkout has it beside the package.
    """
    package = Path(__file__).resolve().parent.parent
    parser = configparser.ConfigParser(interpolation=None)
    parser.read([package.parent / "metadata.txt", package / "metadata.txt"], encoding="utf-8")
    return parser.get("general", key, fallback="")
