"""Only addresses that nobody on the way can read or change, and no way into this machine."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QUrl

from xview2_qgis.model_store.address import file_name, model_address, redirected, same_server, shown_address
from xview2_qgis.model_store.refusal import ModelStoreError


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a b.xv2.zip",
        " https://user:pass@example.org:8443/x ",
        "http://localhost:8000/x",
        "http://[::1]/x",
    ],
)
def test_addresses(text):
    assert model_address(text).isValid()


@pytest.mark.parametrize(
    "text",
    ["", "model.xv2.zip", "http://example.org/x", "http://localhost.example.org/x", "ftp://example.org/x", "file:///etc/passwd",
     "https://", "https:///x", "https://exa mple/x", "data:text/plain,x", "https://example.org/" + "x" * 9000],
)  # fmt: skip
def test_no_addresses(text):
    with pytest.raises(ModelStoreError):
        model_address(text)


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        ("https://example.org/a/b", "c.zip", "https://example.org/a/c.zip"),
        ("https://example.org/a", "https://example.com/c.zip", "https://example.com/c.zip"),
        ("http://localhost/a", "https://example.org/c.zip", "https://example.org/c.zip"),
        ("http://localhost/a", "http://127.0.0.1/c.zip", "http://127.0.0.1/c.zip"),
        ("https://example.org/a", "http://example.org/c.zip", None),
        ("https://example.org/a", "https://localhost/c.zip", None),
        ("https://example.org/a", "http://127.0.0.1/c.zip", None),
        ("https://example.org/a", "file:///etc/passwd", None),
        ("https://example.org/a", "https://", None),
    ],
)
def test_redirections(source, target, wanted):
    if wanted is None:
        with pytest.raises(ModelStoreError):
            redirected(QUrl(source), QUrl(target))
    else:
        assert redirected(QUrl(source), QUrl(target)).toString() == wanted


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://example.org/x/second-place.xv2.zip?key=1", "second-place.xv2.zip"),
        ("https://example.org/", "model.xv2.zip"),
        ("https://example.org/download", "download.xv2.zip"),
        ("https://example.org/..%2f..%2fevil.zip", "evil.zip"),
        ("https://example.org/part", "part.xv2.zip"),
        ("https://example.org/" + "ä" * 20 + ".zip", "zip.xv2.zip"),
    ],
)
def test_names_of_files(address, name):
    assert file_name(QUrl(address)) == name


def test_what_is_shown_has_no_secret():
    shown = shown_address(QUrl("https://anna:secret@example.org/folder/model.zip?token=hidden"))
    assert shown == "https://example.org/…/model.zip"


def test_servers():
    assert same_server(QUrl("https://example.org/a"), QUrl("https://example.org/b"))
    assert not same_server(QUrl("https://example.org/a"), QUrl("https://example.org:444/a"))
    assert not same_server(QUrl("https://example.org/a"), QUrl("http://example.org/a"))
