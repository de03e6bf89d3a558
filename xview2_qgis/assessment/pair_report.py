"""What is known of a pair before its run."""

from __future__ import annotations

from dataclasses import dataclass

from ..protocol.events import ImageFacts, PairFacts, Warned


@dataclass(frozen=True)
class PairReport:
    """Facts of a pair, first those that QGIS knows by itself, then those of the engine.

    Attributes:
        pre: pre-event image; None without one.
        post: post-event image; None without one.
        pair: how they overlap; None where that is unknown.
        warnings: what the engine would warn of.
        failure: why they cannot be used, as a sentence; empty where nothing is known to be wrong.
        by_engine: whether the engine has answered.
    """

    pre: ImageFacts | None = None
    post: ImageFacts | None = None
    pair: PairFacts | None = None
    warnings: tuple[Warned, ...] = ()
    failure: str = ""
    by_engine: bool = False
