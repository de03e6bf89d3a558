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
    found = PipVariables(NETWORK, tmp_path, GIVEN).online({}, "AUTHORITY")
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
    ("configured", "given", "name"),
    [
        ({"proxy": "http://own.example.org"}, {}, "PIP_PROXY"),
        ({"cert": "/own.pem"}, {}, "PIP_CERT"),
        ({}, {"REQUESTS_CA_BUNDLE": "/own.pem"}, "PIP_CERT"),
        ({"cert": "/of the file.pem"}, {"PIP_CERT": "/own.pem"}, "PIP_CERT"),
    ],
)
def test_what_pip_is_configured_for_wins(tmp_path, configured, given, name):
    found = PipVariables(NETWORK, tmp_path, given).online(configured)
    own = given.get(name) or configured.get(name.removeprefix("PIP_").lower())
    assert found.get(name) == own


def test_of_configuration_files_only_the_way_to_the_index_counts(tmp_path):
    configured = {
        "extra-index-url": "https://more.example.org",
        "target": "/elsewhere",
        "platform": "any",
        "retries": "0",
    }
    found = PipVariables(NETWORK, tmp_path, {"PIP_CONFIG_FILE": "/own.conf"}).online(configured)
    assert found["PIP_CONFIG_FILE"] == os.devnull
    assert found["PIP_EXTRA_INDEX_URL"] == "https://more.example.org"
    assert not {"PIP_TARGET", "PIP_PLATFORM", "PIP_RETRIES"} & found.keys()


def test_the_listing_is_that_of_the_file_which_the_user_names(tmp_path):
    found = PipVariables(NETWORK, tmp_path, {**GIVEN, "PIP_CONFIG_FILE": "/own.conf"}).listing()
    assert found["PIP_CONFIG_FILE"] == "/own.conf"
    assert not {"PIP_TARGET", "PIP_PROXY"} & found.keys()


def test_offline_nothing_of_the_network_counts(tmp_path):
    found = PipVariables(NETWORK, tmp_path, GIVEN).offline()
    assert found["PIP_CONFIG_FILE"] == os.devnull
    assert not {"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_PROXY", "PIP_CERT"} & found.keys()


def test_options_of_a_configuration():
    listing = [
        "download.cert='/x'",
        "global.cert='/y'",
        "global.index-url='https://someone:geheim@packages.example.org'",
        "global.trusted-host='one\\ntwo'",
        "install.target='/elsewhere'",
        ":env:.proxy='y'",
        "global.broken='",
        "other",
    ]
    assert configured_options(listing) == {
        "cert": "/x",
        "index-url": "https://someone:geheim@packages.example.org",
        "trusted-host": "one\ntwo",
    }
