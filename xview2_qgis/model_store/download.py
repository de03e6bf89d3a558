"""Fetching the file of a model with the network settings of QGIS: its proxy, certificates, passwords and time limit.

Runs in the event loop of the window. It ends with a whole file or with one sentence; what has arrived by then stays
for another try (:mod:`.part_file`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsApplication, QgsNetworkAccessManager
from qgis.PyQt.QtCore import QObject, QTimer, QUrl, pyqtSignal
from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest

from ..i18n.translation import tr
from .address import redirected, same_server, shown_address
from .part_file import PartFile
from .refusal import ModelStoreError
from .transfer_rate import TransferRate

#: Largest file that is fetched, bytes; the engine takes no larger ones.
LARGEST = 4 * 1024**3

_SPARE = 64 * 1024**2  # bytes of the disk that stay free
_BUFFER = 4 * 1024**2  # bytes that Qt may hold before they are written
_MOST_REDIRECTIONS = 10
_REPORT_MS = 200
_STATUS = QNetworkRequest.Attribute.HttpStatusCodeAttribute
_TARGET = QNetworkRequest.Attribute.RedirectionTargetAttribute
_OWN_REDIRECTIONS = 0  # QNetworkRequest.ManualRedirectPolicy: PyQt6 makes no number of its enumeration in a variant
_WHOLE, _PART, _BEYOND_THE_END = 200, 206, 416
_REFUSED = (401, 403, 407)


@dataclass(frozen=True)
class Fetched:
    """How a download ended: with a file, with an error, or (neither of both) because it was cancelled."""

    path: Path | None = None
    error: ModelStoreError | None = None


class Download(QObject):
    """One download; for one use.

    Signals:
        progressed: the :class:`.TransferProgress`, a few times a second.
        finished: :class:`Fetched`, exactly once, never before :meth:`start` has returned.

    Args:
        address: a safe address, of :func:`.model_address`.
        part: opened; keeps what arrives. It stays open.
        credentials: id of an authentication configuration of QGIS, empty for none.
        parent: Qt parent.
    """

    progressed = pyqtSignal(object)
    finished = pyqtSignal(object)

    def __init__(self, address: QUrl, part: PartFile, credentials: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._first = self._url = address
        self._part = part
        self._credentials = credentials
        self._rate = TransferRate()
        self._reply: QNetworkReply | None = None
        self._redirections = 0
        self._accepted = False  # what comes belongs into the file
        self._total: int | None = None
        self._ended = False
        self._reports = QTimer(self)
        self._reports.setInterval(_REPORT_MS)
        self._reports.timeout.connect(self._report)

    def start(self) -> None:
        """Ask the server; returns at once."""
        self._reports.start()
        QTimer.singleShot(0, self._ask)

    def cancel(self) -> None:
        """Stop; ``finished`` follows at once."""
        self._end(Fetched())

    def _ask(self) -> None:
        """Send the request, for the rest where a part is here."""
        if self._ended:
            return
        request = QNetworkRequest(self._url)
        request.setAttribute(QNetworkRequest.Attribute.RedirectPolicyAttribute, _OWN_REDIRECTIONS)
        request.setAttribute(QNetworkRequest.Attribute.CacheSaveControlAttribute, False)
        request.setRawHeader(b"Accept-Encoding", b"identity")  # places in a packed answer are not those of the file
        if self._part.received and self._part.mark:
            request.setRawHeader(b"Range", b"bytes=%d-" % self._part.received)
            request.setRawHeader(b"If-Range", self._part.mark.encode("latin-1", "replace"))
        if self._credentials and same_server(self._first, self._url):
            known, request = QgsApplication.authManager().updateNetworkRequest(request, self._credentials)
            if not known:
                self._fail(tr("The authentication cannot be used."), tr("Check it in the settings of QGIS."))
                return
        self._accepted, self._total = False, None
        self._reply = QgsNetworkAccessManager.instance().get(request)
        self._reply.setReadBufferSize(_BUFFER)
        self._reply.readyRead.connect(self._read)
        self._reply.finished.connect(self._on_answered)

    def _read(self) -> None:
        """Store what has arrived."""
        reply = self._reply
        if reply is None or self._ended:
            return
        try:
            if not self._accepted and not self._accept(reply):
                return
            self._part.append(bytes(reply.readAll()))
        except ModelStoreError as error:
            self._end(Fetched(error=error))
        except OSError as error:
            self._disk_failed(error)
        else:
            if self._part.received > LARGEST:
                self._end(Fetched(error=_too_large(self._url)))

    def _accept(self, reply: QNetworkReply) -> bool:
        """Return whether the answer is the file or its rest, for which the part file is made ready.

        Raises:
            ModelStoreError: it is more than fits, or another part than the one asked for.
            OSError: the cache cannot be written.
        """
        status = reply.attribute(_STATUS)
        if status == _WHOLE:
            self._part.begin(_mark(reply))
            self._total = _number(_header(reply, b"Content-Length"))
        elif status == _PART:
            place = re.fullmatch(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)", _header(reply, b"Content-Range"))
            if place is None or int(place[1]) != self._part.received or not _may_be(self._part.mark, reply):
                self._start_over()
                return False
            self._total = None if place[2] == "*" else int(place[2])
        else:
            return False
        if self._total is not None:
            if self._total > LARGEST:
                raise _too_large(self._url)
            missing = self._total - self._part.received
            if missing + _SPARE > self._part.free_bytes():
                raise ModelStoreError(
                    tr("The disk of the cache is full: the model needs {} MB more.").format(round(missing / 1e6) or 1),
                    tr("Free space and try again; what has arrived is kept."),
                )
        self._accepted = True
        return True

    def _start_over(self) -> None:
        """Ask for the whole file, because the server's part does not fit ours."""
        self._let_go()
        try:
            self._part.begin("")
        except OSError as error:
            self._disk_failed(error)
            return
        self._ask()

    def _on_answered(self) -> None:
        reply = self._reply
        if reply is None or self._ended:
            return
        target = reply.attribute(_TARGET)
        if isinstance(target, QUrl) and not target.isEmpty():
            self._follow(target)
            return
        self._read()
        if self._ended or reply is not self._reply:
            return
        status = reply.attribute(_STATUS)
        if status == _BEYOND_THE_END and self._part.received:
            if _header(reply, b"Content-Range") == f"bytes */{self._part.received}" and _may_be(self._part.mark, reply):
                self._complete()  # everything was here already
            else:
                self._start_over()
            return
        if _error(reply) != QNetworkReply.NetworkError.NoError:
            self._fail(*_explained(reply, self._url))
        elif not self._accepted:
            self._fail(
                tr("{} sends no file (status {}).").format(shown_address(self._url), status), tr("Check the address.")
            )
        elif self._part.received == 0:
            self._fail(tr("{} is empty.").format(shown_address(self._url)), tr("Check the address."))
        elif self._total is not None and self._part.received != self._total:
            self._fail(tr("The download broke off."), tr("Try again; it goes on where it stopped."))
        else:
            self._complete()

    def _follow(self, target: QUrl) -> None:
        self._redirections += 1
        try:
            if self._redirections > _MOST_REDIRECTIONS:
                raise ModelStoreError(tr("The server redirects in a circle."), tr("Check the address."))
            self._url = redirected(self._url, target)
        except ModelStoreError as error:
            self._end(Fetched(error=error))
            return
        self._let_go()
        self._ask()

    def _complete(self) -> None:
        try:
            path = self._part.complete()
        except OSError as error:
            self._disk_failed(error)
        else:
            self._report()
            self._end(Fetched(path))

    def _disk_failed(self, error: OSError) -> None:
        self._fail(
            tr("The download cannot be stored ({}).").format(error.strerror or error),
            tr("Free space, or set XVIEW2_CACHE to a folder that can be written, and try again."),
        )

    def _fail(self, message: str, hint: str) -> None:
        self._end(Fetched(error=ModelStoreError(message, hint)))

    def _report(self) -> None:
        if self._accepted:
            self.progressed.emit(self._rate.progress(self._part.received, self._total))

    def _let_go(self) -> None:
        """Forget the answer that is being read."""
        reply, self._reply = self._reply, None
        if reply is not None:
            reply.abort()
            reply.deleteLater()

    def _end(self, fetched: Fetched) -> None:
        if self._ended:
            return
        self._ended = True
        self._reports.stop()
        self._let_go()
        self.finished.emit(fetched)


def _error(reply: QNetworkReply) -> QNetworkReply.NetworkError:
    # a method in Qt 6; in Qt 5 also the name of a signal, which PyQt5 calls as the method, and all that its types know
    error: QNetworkReply.NetworkError = reply.error()  # type: ignore[operator] # see above
    return error


def _header(reply: QNetworkReply, name: bytes) -> str:
    return bytes(reply.rawHeader(name)).decode("latin-1").strip()


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _mark(reply: QNetworkReply) -> str:
    """Return by what the server knows this version of the file; a weak ``ETag`` may stand for several."""
    mark = _header(reply, b"ETag")
    return _header(reply, b"Last-Modified") if not mark or mark.startswith("W/") else mark


def _may_be(mark: str, reply: QNetworkReply) -> bool:
    """Return whether an answer may be of the version with that mark: servers need not repeat the date."""
    return _mark(reply) in ("", mark)


def _too_large(url: QUrl) -> ModelStoreError:
    return ModelStoreError(tr("{} is larger than 4 GiB.").format(shown_address(url)), tr("Check the address."))


def _explained(reply: QNetworkReply, url: QUrl) -> tuple[str, str]:
    """Return what went wrong, and what to do; of what the server wrote only the number is passed on."""
    place, status = shown_address(url), reply.attribute(_STATUS)
    again = tr("Try again; it goes on where it stopped.")
    error = _error(reply)
    if error == QNetworkReply.NetworkError.OperationCanceledError:
        return tr("{} has not answered for too long.").format(place), again
    if isinstance(status, int) and status in _REFUSED:
        return (
            tr("{place} refuses access (status {status}).").format(place=place, status=status),
            tr("Choose an authentication of QGIS that the server knows."),
        )
    if isinstance(status, int) and status >= 400:
        return (
            tr("{place} answers with status {status}.").format(place=place, status=status),
            tr("The file is not there.") if status in (404, 410) else again,
        )
    return (
        tr("{place} cannot be fetched: {reason}.").format(place=place, reason=_reason(reply)),
        tr("Check address, network and the proxy in the settings of QGIS. What has arrived is kept."),
    )


def _reason(reply: QNetworkReply) -> str:
    if _error(reply) == QNetworkReply.NetworkError.RemoteHostClosedError:
        return tr("the connection broke off")
    return str(reply.errorString()).rstrip(".")[:200]
