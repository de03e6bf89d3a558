"""The address of a scheduler: whoever reaches an open one runs any program as its user."""

from __future__ import annotations

import ipaddress
import socket

from distributed.comm.addressing import get_address_host, parse_address

from ..run.notice import Notice


def openness(address: str) -> Notice | None:
    """Return a warning where an address leads over the open network without encryption, else None.

    Args:
        address: such as ``tcp://10.0.0.3:8786``; without a scheme it is ``tcp``.
    """
    try:
        scheme, _ = parse_address(address)
        host = get_address_host(address)
        places = {ipaddress.ip_address(str(place[4][0])) for place in socket.getaddrinfo(host, None)}
    except (ValueError, OSError):  # told when the connection is made
        return None
    if scheme != "tcp" or all(place.is_loopback or place.is_private for place in places):
        return None
    return Notice(
        "cluster-open",
        "the scheduler has a public address and no encryption: whoever reaches it can run programs on its workers and"
        " read along; use tls:// with certificates, or a private network",
    )
