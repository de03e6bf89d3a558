from __future__ import annotations

import os
from pathlib import Path

import pytest

from xview2_qgis.installation.network import NetworkSettings
from xview2_qgis.installation.steps.pip_variables import PipVariables, configured_options

GIVEN = {
    "PATH": "/bin",
    "PYTHONHOME": "/qgis",
    "PROJ_LIB": "/qgis",
    "PIP_TARGET": "/elsewhere",
    "PIP_USER": "1",
    "PIP_CONSTRAINT": "/bounds",
    "PIP_EXTRA_INDEX_URL": "https://more.example.org/simple",
    "PIP_DEFAULT_TIMEOUT": "180",
}
NETWORK = NetworkSettings(
    "https://packages.example.org/simple", "http://proxy.example.org:1", "localhost", "CERTIFICATE"
)


def test_where_packages_come_from_counts_and_where_they_go_does_not(tmp_path):
    found = PipVariables(NETWORK, tmp_path, GIVEN).online(frozenset(), "AUTHORITY")
    assert found["PIP_INDEX_URL"] == NETWORK.index_url
    assert found["PIP_EXTRA_INDEX_URL"] == "https://more.example.org/simple"
    assert found["PIP_DEFAULT_TIMEOUT"] == "180"
    assert found["PIP_PROXY"] == NETWORK.proxy
    assert found["NO_PROXY"] == "localhost"
    assert Path(found["PIP_CERT"]).read_text() == "AUTHORITY\nCERTIFICATE\n"
    assert found["PIP_CONSTRAINT"].startswith("file:///")
    assert found["PIP_USER"] == "0"
    assert not {"PIP_TARGET", "PYTHONHOME", "PROJ_LIB"} & found.keys()


@pytest.mark.parametrize(
    ("configured", "given", "absent"),
    [
        ({"proxy"}, {}, "PIP_PROXY"),
        ({"cert"}, {}, "PIP_CERT"),
        (set(), {"REQUESTS_CA_BUNDLE": "/own.pem"}, "PIP_CERT"),
    ],
)
def test_what_pip_is_configured_for_wins(tmp_path, configured, given, absent):
    assert absent not in PipVariables(NETWORK, tmp_path, given).online(frozenset(configured))


def test_offline_nothing_of_the_network_counts(tmp_path):
    found = PipVariables(NETWORK, tmp_path, GIVEN).offline()
    assert found["PIP_CONFIG_FILE"] == os.devnull
    assert not {"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_PROXY", "PIP_CERT"} & found.keys()


def test_options_of_a_configuration():
    listing = ["global.index-url='https://packages.example.org'", "download.cert='/x'", ":env:.proxy='y'", "other"]
    assert configured_options(listing) == {"index-url", "cert"}
