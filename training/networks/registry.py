"""All networks by the name that a configuration gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from torch import nn

from ..section import choose
from .compact import CompactNetwork
from .dual_hrnet.network import make_dual_hrnet
from .split_decoder import SplitDecoderNetwork
from .unet import make_unet
from .unet_plan import Widths

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


@dataclass(frozen=True)
class SplitPlan:
    """Building and damage from one small encoder, each with its own decoder."""

    encoder: str = "efficientnet_lite0"
    weights: str | None = "package"
    building_widths: tuple[int, int, int, int, int] = (128, 96, 64, 48, 32)
    damage_widths: tuple[int, int, int, int] = (96, 96, 64, 48)
    dropout: float = 0.2
    magnification: float = 1.0
    task: ClassVar[Task] = "joint"

    def build(self, start: bool) -> nn.Module:
        """Build it."""
        return SplitDecoderNetwork(
            self.encoder,
            self.weights if start else None,
            self.building_widths,
            self.damage_widths,
            self.dropout,
            self.magnification,
        )


@dataclass(frozen=True)
class UNetNetwork:
    """A network of the two-network pipeline: localization on the pre-event image, or damage on both."""

    task: Literal["localization", "damage"]
    encoder: str
    form: Literal["described", "published"] = "described"
    weights: str | None = "hub"
    checkpoint_activations: bool = False
    widths: Widths | None = None

    def build(self, start: bool) -> nn.Module:
        """Build it."""
        return make_unet(
            self.task,
            self.encoder,
            self.form,
            self.weights if start else None,
            self.checkpoint_activations,
            self.widths,
        )


@dataclass(frozen=True)
class DualHRNetNetwork:
    """Two HRNet streams that exchange features. The switches are the ablations of the described form."""

    width: Literal[18, 32, 48, 64] = 48
    form: Literal["described", "published"] = "described"
    weights: str | None = "hub"
    fusion: Literal["all", "last"] = "all"
    squeeze_excitation: bool = True
    streams: Literal[1, 2] = 2
    checkpoint_activations: bool = False
    task: ClassVar[Task] = "joint"

    def build(self, start: bool) -> nn.Module:
        """Build it."""
        return make_dual_hrnet(
            self.width,
            self.form,
            self.weights if start else None,
            fusion=self.fusion,
            squeeze_excitation=self.squeeze_excitation,
            streams=self.streams,
            checkpoint_activations=self.checkpoint_activations,
        )


NETWORKS: Mapping[str, type[Any]] = {
    "compact": CompactPlan,
    "compact-split": SplitPlan,
    "unet": UNetNetwork,
    "dual-hrnet": DualHRNetNetwork,
}


def read_network(section: Mapping[str, Any]) -> NetworkPlan:
    """Read a configuration's section ``network``.

    Raises:
        ConfigurationError: name or fields are unknown.
    """
    plan: NetworkPlan = choose(NETWORKS, section, "network")
    return plan
