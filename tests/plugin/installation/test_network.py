from __future__ import annotations

import pytest
from qgis.core import QgsSettings

from xview2_qgis.installation.network import INDEX_SETTING, NetworkSettings, network_settings

PROXY = {
    "proxyEnabled": True,
    "proxyType": "HttpProxy",
    "proxyHost": "proxy.example.org",
    "proxyPort": "3128",
    "proxyUser": "someone",
    "proxyPassword": "ge:heim@",
}


@pytest.fixture
def settings(qgis_app):
    settings = QgsSettings()

    def put(**values):
        for name, value in values.items():
            settings.setValue(f"proxy/{name}", value)

    yield put
    settings.remove("proxy")


def test_no_proxy(settings):
    settings(**{**PROXY, "proxyEnabled": False})
    assert network_settings().proxy == ""


def test_the_proxy_of_qgis(settings):
    settings(**PROXY, proxyExcludedUrls=["https://inside.example.org/path"], noProxyUrls=["localhost"])
    found = network_settings()
    # signs that mean something in an address are escaped
    assert found.proxy == "http://someone:ge%3Aheim%40@proxy.example.org:3128"
    assert found.no_proxy == "inside.example.org,localhost"
    assert "geheim" not in repr(found)
    assert "ge%3Aheim" not in repr(found)


def test_other_kinds(settings):
    settings(**{**PROXY, "proxyType": "Socks5Proxy", "proxyUser": "", "proxyPassword": ""})
    assert network_settings().proxy == "socks5h://proxy.example.org:3128"
    settings(proxyType="DefaultProxy")
    assert isinstance(network_settings().proxy, str)  # that of the system, whatever it is here


def test_index_and_certificates(qgis_app):
    QgsSettings().setValue(INDEX_SETTING, " https://someone:geheim@packages.example.org/simple ")
    found = network_settings()
    assert found.index_url == "https://someone:geheim@packages.example.org/simple"
    assert "geheim" not in repr(found)
    assert found.certificates == "" or found.certificates.startswith("-----BEGIN CERTIFICATE-----")


def test_addresses_with_passwords_are_known(monkeypatch):
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://a:b@one.example.org https://c:d@two.example.org")
    known = NetworkSettings(index_url="https://e:f@three.example.org").addresses()
    assert {"https://a:b@one.example.org", "https://c:d@two.example.org", "https://e:f@three.example.org"} <= set(known)
