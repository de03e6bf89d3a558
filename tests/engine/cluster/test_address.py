"""A scheduler that anybody may reach is warned of."""

import pytest

from xview2_qgis.engine.cluster.address import openness


@pytest.mark.parametrize(
    ("address", "open_to_all"),
    [
        ("tcp://127.0.0.1:8786", False), ("tcp://10.1.2.3:8786", False), ("192.168.7.1:8786", False),
        ("tcp://[fd00::1]:8786", False), ("tls://8.8.8.8:8786", False), ("nonsense", False),
        ("tcp://8.8.8.8:8786", True), ("8.8.8.8:8786", True), ("tcp://[2001:4860:4860::8888]:8786", True),
    ],
)  # fmt: skip
def test_only_a_public_address_without_encryption_is_open(address, open_to_all):
    notice = openness(address)
    assert (notice is not None) == open_to_all
    assert notice is None or notice.code == "cluster-open"
