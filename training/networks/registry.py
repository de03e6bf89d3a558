"""All networks by the name that a configuration gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..section import choose
from .compact import CompactConfig
from .dual_hrnet.network import DualHRNetConfig
from .network_config import NetworkConfig
from .split_decoder import SplitDecoderConfig
from .unet import UNetConfig

#: A new network is its file and a line here.
NETWORKS: Mapping[str, type[NetworkConfig]] = {
    "compact": CompactConfig,
    "compact-split": SplitDecoderConfig,
    "unet": UNetConfig,
    "dual-hrnet": DualHRNetConfig,
}


def read_network(section: Mapping[str, Any]) -> NetworkConfig:
    """Read a configuration's section ``network``.

    Raises:
        ConfigurationError: name or fields are unknown.
    """
    return choose(NETWORKS, section, "network")
