"""All networks, told apart in a configuration by their name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from ..section import STRICT, read_section
from .compact import CompactConfig
from .dual_hrnet.network import DualHRNetConfig
from .network_config import NetworkConfig
from .split_decoder import SplitDecoderConfig
from .unet import UNetConfig

#: A new network is its file and its class here.
AnyNetwork = Annotated[CompactConfig | SplitDecoderConfig | UNetConfig | DualHRNetConfig, Field(discriminator="name")]

_READER: TypeAdapter[NetworkConfig] = TypeAdapter(AnyNetwork, config=STRICT)


def read_network(section: Mapping[str, Any]) -> NetworkConfig:
    """Read a section ``network``, as a checkpoint holds it.

    Raises:
        ConfigurationError: name or fields are unknown.
    """
    return read_section(_READER, section, "network")
