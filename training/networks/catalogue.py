"""All networks by the name that a configuration gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from torch import nn

from ..section import choose
from .compact import CompactNetwork

Task = Literal["localization", "damage", "joint"]


class NetworkPlan(Protocol):
    """A network that can be built."""

    @property
    def task(self) -> Task:
        """What the network says: buildings, damage or both."""
        ...

    def build(self, start: bool) -> nn.Module:
        """Build it; ``start`` loads its start weights, else they are random.

        Raises:
            WeightTransferError: the start weights do not fit.
        """
        ...


@dataclass(frozen=True)
class CompactPlan:
    """The embedded default: building and damage in one small siamese network."""

    encoder: str = "efficientnet_lite0"
    weights: str | None = "package"
    widths: tuple[int, int, int, int] = (128, 80, 48, 32)
    task: ClassVar[Task] = "joint"

    def build(self, start: bool) -> nn.Module:
        """Build it."""
        return CompactNetwork(self.encoder, self.weights if start else None, self.widths)


NETWORKS: Mapping[str, type[Any]] = {
    "compact": CompactPlan,
}


def read_network(section: Mapping[str, Any]) -> NetworkPlan:
    """Read a configuration's section ``network``.

    Raises:
        ConfigurationError: name or fields are unknown.
    """
    plan: NetworkPlan = choose(NETWORKS, section, "network")
    return plan
