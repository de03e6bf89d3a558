"""Addresses that models are fetched from: encrypted ones, as the engine itself has it.

Without encryption somebody on the way could read the address and exchange the model. Only a server on this very machine
needs none.
"""

from __future__ import annotations

from qgis.PyQt.QtCore import QUrl

from ..i18n.translation import tr
from ..protocol.public_name import public_address
from .refusal import ModelStoreError

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST = 8000  # characters; servers take no longer addresses
_LONGEST_NAME = 80


def model_address(text: str) -> QUrl:
    """Return the address that somebody typed.

    Raises:
        ModelStoreError: it is none, or not a safe one.
    """
    url = QUrl(text.strip())
    if len(text) > _LONGEST or not url.isValid() or not url.host():
        raise ModelStoreError(
            tr("This is not an address."), tr("Enter one like https://example.org/model.xv2.zip, or install a file.")
        )
    if not _is_safe(url):
        raise ModelStoreError(
            tr("Models are fetched by https:// only."),
            tr("Enter an https:// address, or download the file yourself and install it from there."),
        )
    return url


def redirected(source: QUrl, target: QUrl) -> QUrl:
    """Return where a server sends us.

    Args:
        source: the address that was asked.
        target: what the server answered, absolute or not.

    Raises:
        ModelStoreError: it leads to an unsafe place: a file, an unencrypted server, or from outside to this machine.
    """
    url = source.resolved(target)
    inwards = _is_here(url) and not _is_here(source)
    if not url.host() or not _is_safe(url) or inwards:
        raise ModelStoreError(
            tr("The server redirects to {}, which is not safe.").format(url.scheme()[:10] or "?"),
            tr("Check the address, or download the file yourself and install it from there."),
        )
    return url


def shown_address(url: QUrl) -> str:
    """Return an address for people: without password, query and folders."""
    return public_address(bytes(url.toEncoded()).decode("ascii", "replace"))


def file_name(url: QUrl) -> str:
    """Return a name for the file of an address, fit for every system; the engine names the file in its messages."""
    kept = "".join(letter for letter in url.fileName() if letter.isascii() and (letter.isalnum() or letter in "._-"))
    kept = kept.strip("._-")[-_LONGEST_NAME:]
    return kept if kept.lower().endswith(".zip") else f"{kept or 'model'}.xv2.zip"


def same_server(one: QUrl, other: QUrl) -> bool:
    """Return whether two addresses are of one server, which may be told the same passwords."""
    return (one.scheme(), one.host(), one.port()) == (other.scheme(), other.host(), other.port())


def _is_safe(url: QUrl) -> bool:
    return url.scheme() == "https" or (url.scheme() == "http" and _is_here(url))


def _is_here(url: QUrl) -> bool:
    return url.host() in _THIS_MACHINE
