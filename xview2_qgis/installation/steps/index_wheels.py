"""Wheels from a package index without pip, for the few that pip itself comes in: over QGIS's own network."""

from __future__ import annotations

import hashlib
import html
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit, urlunsplit

from qgis.core import QgsBlockingNetworkRequest, QgsFeedback
from qgis.PyQt.QtCore import QThread, QTimer, QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

from ...i18n.translation import tr
from ..outcome import InstallationError

#: Requirements file, in pip's form, of what installs the rest.
BOOTSTRAP = Path(__file__).resolve().parent.parent / "bootstrap.txt"

_REQUIREMENT = re.compile(r"^([a-z0-9-]+)==(\S+) --hash=sha256:([0-9a-f]{64})$", re.MULTILINE)
_LINK = re.compile(r"""<a\s[^>]*?href\s*=\s*["']([^"']+)["']""", re.IGNORECASE)


@dataclass(frozen=True)
class PinnedWheel:
    """A wheel of pure Python.

    Attributes:
        name: name of the distribution.
        version: its version.
        sha256: checksum of the file.
    """

    name: str
    version: str
    sha256: str

    def place(self, folder: Path) -> Path | None:
        """Return where the wheel lies in a folder, None where it does not, or is damaged."""
        prefix = f"{self.name.replace('-', '_')}-{self.version}-"
        for path in sorted(folder.glob("*.whl")):
            if path.name.startswith(prefix) and hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256:
                return path
        return None


def pinned_wheels(text: str | None = None) -> dict[str, PinnedWheel]:
    """Return the wheels of :data:`BOOTSTRAP`, or of another text of that form, by name."""
    lines = BOOTSTRAP.read_text(encoding="utf-8") if text is None else text
    return {name: PinnedWheel(name, version, sha256) for name, version, sha256 in _REQUIREMENT.findall(lines)}


def fetch(wheel: PinnedWheel, index: str, folder: Path, cancelled: Callable[[], bool]) -> Path:
    """Bring a wheel into a folder, if it is not there, and return its path.

    Args:
        wheel: what to bring.
        index: address of the index, with user and password where it needs them.
        folder: where it goes.
        cancelled: asked several times a second whether to stop.

    Raises:
        InstallationError: it cannot be reached, is not in the index, or is another file than the plugin expects.
        OSError: the folder cannot be written.
    """
    place = wheel.place(folder)
    if place is not None:
        return place
    page = f"{index.rstrip('/')}/{wheel.name}/"
    text = _get(page, cancelled).decode("utf-8", errors="replace")
    prefix = f"{wheel.name.replace('-', '_')}-{wheel.version}-"
    for link in _LINK.findall(text):
        address, _ = urldefrag(urljoin(page, html.unescape(link)))
        name = unquote(urlsplit(address).path.rpartition("/")[2])
        if not name.startswith(prefix) or not name.endswith("-none-any.whl"):
            continue
        content = _get(address, cancelled)
        if hashlib.sha256(content).hexdigest() != wheel.sha256:
            raise InstallationError(
                tr("{} from the package index is not the file that the plugin expects.").format(name),
                tr("Something between you and the index changes files: ask your administrator."),
            )
        working = folder / f".{name}.part"
        working.write_bytes(content)
        working.replace(folder / name)
        return folder / name
    raise InstallationError(
        tr("The package index does not have {}.").format(f"{wheel.name} {wheel.version}"),
        tr("Ask who runs the index, or use an offline package."),
    )


class _Fetching(QThread):
    """A request in a thread of its own: each thread of QGIS has the network settings of the time when it first asked.

    One of those that QGIS keeps for tasks would go on with a proxy that has been corrected meanwhile.

    Attributes:
        content: the answer.
        error: why there is none.
    """

    def __init__(self, address: str, cancelled: Callable[[], bool]) -> None:
        super().__init__()
        self.content = b""
        self.error: Exception | None = None
        self._address = address
        self._cancelled = cancelled

    def run(self) -> None:
        """Ask; Qt calls this in the thread."""
        try:
            self.content = _ask(self._address, self._cancelled)
        except Exception as error:  # raised again where the answer is wanted
            self.error = error


def _get(address: str, cancelled: Callable[[], bool]) -> bytes:
    fetching = _Fetching(address, cancelled)
    fetching.start()
    fetching.wait()
    if fetching.error is not None:
        raise fetching.error
    return fetching.content


def _ask(address: str, cancelled: Callable[[], bool]) -> bytes:
    request, login = _request(address)
    asked = QNetworkRequest(QUrl(request))
    if login:
        asked.setRawHeader(b"Authorization", login)
    asked.setRawHeader(b"Accept", b"text/html, */*;q=0.1")
    feedback = QgsFeedback()
    timer = QTimer()
    timer.setInterval(200)
    timer.timeout.connect(lambda: feedback.cancel() if cancelled() else None)
    timer.start()
    network = QgsBlockingNetworkRequest()
    try:
        ended = network.get(asked, True, feedback)
    finally:
        timer.stop()
    if ended != QgsBlockingNetworkRequest.ErrorCode.NoError:
        raise InstallationError(
            tr("The package index “{host}” cannot be reached: {reason}.").format(
                host=urlsplit(address).hostname or tr("of this computer"),
                reason=network.errorMessage().replace(address, request).rstrip("."),
            ),
            tr("Check the connection and QGIS's network settings (Settings › Options › Network), then try again."),
        )
    return bytes(network.reply().content())


def _request(address: str) -> tuple[str, bytes]:
    """Return an address without its user and password, and the header that says them instead."""
    parts = urlsplit(address)
    if parts.username is None and parts.password is None:
        return address, b""
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}".encode()
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host)), b"Basic " + b64encode(login)
