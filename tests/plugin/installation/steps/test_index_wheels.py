"""Wheels that come without pip, over the network settings of QGIS."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from qgis.core import QgsNetworkAccessManager, QgsSettings

from tests.plugin.installation.small_index import sha256
from xview2_qgis.installation.outcome import InstallationError
from xview2_qgis.installation.steps.index_wheels import PinnedWheel, fetch

WRONG_PROXY = {"proxyEnabled": True, "proxyType": "HttpProxy", "proxyHost": "127.0.0.1", "proxyPort": "9"}


@pytest.fixture
def proxy(qgis_app):
    """Set the proxy as QGIS's options do it."""

    def use(settings):
        QgsSettings().remove("proxy")
        for name, value in settings.items():
            QgsSettings().setValue(f"proxy/{name}", value)
        QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()

    yield use
    use({})


def test_a_proxy_that_is_corrected_counts_at_the_next_try(index, proxy, tmp_path):
    """Also in the same thread, of which QGIS keeps some."""
    server, address, asked = index.serve()
    wheel = PinnedWheel("small", "1", sha256(index.wheels["small"]))
    (tmp_path / "wheels").mkdir()
    arguments = (wheel, address, tmp_path / "wheels", lambda: False)
    try:
        with ThreadPoolExecutor(1) as same_thread:
            proxy(WRONG_PROXY)
            with pytest.raises(InstallationError, match="cannot be reached"):
                same_thread.submit(fetch, *arguments).result()
            assert asked == []
            proxy({})
            path = same_thread.submit(fetch, *arguments).result()
    finally:
        server.shutdown()
        server.server_close()
    assert path.read_bytes() == index.wheels["small"].read_bytes()
