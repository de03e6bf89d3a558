"""What a configuration's section ``network`` holds, whichever network it is."""

from __future__ import annotations

from typing import Literal, Protocol

from torch import nn

#: What a network says: buildings, damage or both.
Task = Literal["localization", "damage", "joint"]


class NetworkConfig(Protocol):
    """A network that can be built; a frozen dataclass whose fields are the keys of the section."""

    @property
    def task(self) -> Task:
        """What the network says."""
        ...

    def build(self, start: bool) -> nn.Module:
        """Build it; ``start`` loads its start weights, else they are random.

        Raises:
            WeightTransferError: the start weights do not fit.
        """
        ...
