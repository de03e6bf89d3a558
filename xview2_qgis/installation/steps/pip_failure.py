"""Why pip failed, in words for people: known by what it prints, which is meant for programmers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...i18n.translation import tr
from ..outcome import InstallationError


def pip_failure(lines: Iterable[str], code: int) -> InstallationError:
    """Return the error that a failed run of pip means.

    Args:
        lines: what it printed.
        code: its exit code; negative for a signal.
    """
    lines = tuple(lines)
    known = known_failure(lines)
    if known is not None:
        return known
    if code < 0:
        return InstallationError(
            tr("The installation of the packages was ended from outside (signal {}).").format(-code), _again()
        )
    errors = [line for line in lines if line.startswith("ERROR")]
    reason = errors[-1].partition(":")[2].strip() if errors else tr("exit code {}").format(code)
    return InstallationError(
        tr("The packages could not be installed: {}").format(reason), tr("Look at the details, then try again.")
    )


def known_failure(lines: Iterable[str]) -> InstallationError | None:
    """Return the error that what a program printed means, None for one that is not known."""
    text = "\n".join(lines)
    for pattern, message, hint in _known():
        if re.search(pattern, text, re.IGNORECASE):
            return InstallationError(message, hint)
    return None


def _again() -> str:
    return tr("Try again: it goes on where it stopped.")


def _known() -> tuple[tuple[str, str, str], ...]:
    """Return patterns with message and hint; the first that fits counts, so that causes stand before their effects."""
    network = tr("Check the connection and QGIS's network settings (Settings › Options › Network), then try again.")
    return (
        (
            r"No space left on device|Errno 28|Errno 122|Errno 27\b|WinError 112|Disk quota exceeded|File too large",
            tr("The disk is full."),
            tr("Free space on the disk of the QGIS profile and try again: it goes on where it stopped."),
        ),
        (
            r"WinError 32|being used by another process",
            tr("Another program, often a virus scanner, holds a file that is being installed."),
            tr("Wait a moment and try again; if it happens again, let the scanner leave out the QGIS profile."),
        ),
        (
            r"DO NOT MATCH THE HASHES|Expected sha256",
            tr("A package is not the file that the plugin expects (wrong checksum)."),
            tr("Try again; if it happens again, something between you and the index changes files."),
        ),
        (
            r"is not a trusted or secure host",
            tr("The package index is reached without encryption (http), which pip refuses."),
            tr("Use its https address, or name it as trusted-host in pip's configuration."),
        ),
        (
            r"Missing dependencies for SOCKS|PySocks",
            tr("The proxy of QGIS is a SOCKS proxy, which pip cannot use."),
            tr("Set an HTTP proxy in Settings › Options › Network, or use an offline package."),
        ),
        (
            r"Tunnel connection failed: 407|HTTP error 407|407 Client Error|Proxy Authentication Required",
            tr("The proxy refused the user name or the password."),
            tr("Correct them in Settings › Options › Network and try again."),
        ),
        (
            r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|SSLCertVerificationError|SSLError",
            tr("The certificate of the package index, or of a proxy that opens connections, is not trusted."),
            tr("Add your organisation's certificate in Settings › Options › Authentication, then try again."),
        ),
        (
            r"ProxyError|Cannot connect to proxy|Tunnel connection failed",
            tr("The proxy cannot be reached, or refuses the connection."),
            tr("Check it in Settings › Options › Network and try again."),
        ),
        (
            r"HTTP error 40[13]\b|\b40[13] Client Error",
            tr("The package index refused the user name or the password."),
            tr("Correct the address of the package index in the options of xView2 and try again."),
        ),
        (
            r"NewConnectionError|NameResolutionError|Name or service not known|getaddrinfo failed|ConnectTimeout"
            r"|ReadTimeout|Read timed out|Connection refused|Connection reset|Network is unreachable|RemoteDisconnected"
            r"|IncompleteRead|ConnectionError|Temporary failure in name resolution|MaxRetryError|Max retries exceeded"
            r"|\b5\d\d Server Error",
            tr("The package index cannot be reached, or the connection was lost."),
            network + " " + tr("It goes on where it stopped."),
        ),
        (
            r"No matching distribution found|Could not find a version",
            tr("The package index has no package that fits this computer and this Python."),
            tr("Update the plugin, or choose another Python or an offline package."),
        ),
        (
            r"is not a supported wheel on this platform",
            tr("A package is for another kind of computer or Python."),
            tr("Use an offline package made for this computer."),
        ),
        (
            r"Permission denied|Errno 13|WinError 5\b|Read-only file system|Errno 30",
            tr("The folder of the QGIS profile cannot be written."),
            tr("Get the right to write there, or start QGIS with another profile."),
        ),
        (
            r"Filename too long|Errno 36|WinError 206|path too long|Long Path",
            tr("A path is too long for this system."),
            tr("Enable long paths in Windows, or start QGIS with a profile in a shorter folder."),
        ),
        (r"MemoryError|Cannot allocate memory", tr("There is too little memory."), tr("Close programs and try again.")),
    )
