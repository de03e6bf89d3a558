"""The published solutions whose weights can be exported."""

from __future__ import annotations

from typing import Literal, get_args

Solution = Literal["second-place", "fifth-place"]
SOLUTIONS: tuple[Solution, ...] = get_args(Solution)
