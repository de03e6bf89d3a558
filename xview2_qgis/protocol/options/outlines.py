"""How outlines of buildings are drawn: the words of the command line, which the plugin offers, too."""

from __future__ import annotations

from typing import Literal, get_args

#: ``right-angled`` squares an outline where that moves no point of it by more than a pixel.
Outlines = Literal["plain", "right-angled"]

OUTLINES_CHOICES: tuple[Outlines, ...] = get_args(Outlines)
