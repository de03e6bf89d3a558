from __future__ import annotations

import pytest

from xview2_qgis.installation.steps.pip_failure import known_failure, pip_failure


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        ("OSError: [Errno 27] File too large", "The disk is full"),
        ("OSError: [WinError 112] There is not enough space on the disk", "The disk is full"),
        ("ERROR: [WinError 32] The process cannot access the file: it is being used by another process", "virus"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "wrong checksum"),
        ("WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.',)': /x/", "The proxy"),
        ("OSError('Tunnel connection failed: 407 Proxy Authentication Required')", "refused the user name"),
        ("ERROR: 401 Client Error: Unauthorized for url: https://packages.example.org/x/", "index refused"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] self-signed'))", "not trusted"),
        ("WARNING: The repository located at x is not a trusted or secure host and is being ignored.", "http"),
        ("Missing dependencies for SOCKS support.", "SOCKS"),
        (
            "NewConnectionError: Failed to establish a new connection: [Errno 111] Connection refused",
            "cannot be reached",
        ),
        (
            "2026-11-30T09:00:00,1   Could not fetch URL https://x.org/y/: 503 Server Error: x - skipping",
            "cannot be reached",
        ),
        ("Could not fetch URL https://x.org/y/: 403 Client Error: Forbidden for url: x - skipping", "index refused"),
        ("Could not fetch URL http://x.org/y/: 407 Client Error: Proxy Authentication Required", "proxy refused"),
        ("NameResolutionError: Failed to resolve 'packages.example.org'", "cannot be reached"),
        ("ERROR: No matching distribution found for numpy==9", "fits this computer"),
        ("ERROR: numpy-2-cp311-win32.whl is not a supported wheel on this platform.", "another kind of computer"),
        (
            "ERROR: Could not install packages due to [Errno 13] Permission denied: '/x'",
            "cannot be written",
        ),
        ("OSError: [Errno 36] File name too long: '/x'", "too long"),
    ],
)
def test_reasons(line, message):
    failure = pip_failure(["Collecting numpy", line, "at the end"], 1)
    assert message in failure.message
    assert failure.hint.endswith(".")


def test_sizes_are_no_reasons():
    assert known_failure(["Downloading numpy-2.whl (407 kB)", "Downloading scipy-1.whl (403 kB)"]) is None


def test_others_are_quoted():
    assert pip_failure(["ERROR: first", "ERROR: something new"], 2).message.endswith("something new")
    assert "signal 9" in pip_failure([], -9).message
    assert "exit code 3" in pip_failure([], 3).message
