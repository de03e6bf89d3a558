"""A wish to stop is heard from a program, from the system and from the line ``cancel``, and from nothing else."""

import io
import os
import signal
import socket
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest

from tests.checkout import ROOT
from xview2_qgis.engine.errors import Cancelled
from xview2_qgis.engine.run.cancellation import Cancellation

# a listener that fails must not look like one that heard nothing
pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")


SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]


def requested(cancellation):
    try:
        cancellation.check()
    except Cancelled:
        return True
    return False


def wait_for_the_listener():
    for thread in threading.enumerate():
        if thread.name == "cancel-listener":
            thread.join(60)
            assert not thread.is_alive()


@pytest.fixture
def former_handlers():
    """The signal handlers of pytest are back after the test."""
    former = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in former.items():
        signal.signal(number, handler)
    signal.set_wakeup_fd(-1)


def heard(monkeypatch, text):
    """Whether a pipe that brings a text and then ends cancels."""
    read, write = os.pipe()
    with open(write, "wb") as sender:
        sender.write(text)
    cancellation = Cancellation()
    with open(read, encoding="utf-8") as pipe:
        monkeypatch.setattr(sys, "stdin", pipe)
        cancellation.listen_to_stdin()
        wait_for_the_listener()
    return requested(cancellation)


def test_a_request_is_raised_at_every_check_from_then_on():
    cancellation, other = Cancellation(), Cancellation()
    cancellation.check()
    cancellation.request()
    cancellation.request()
    for _ in range(2):
        with pytest.raises(Cancelled) as caught:
            cancellation.check()
        assert (caught.value.code, caught.value.exit_code) == ("cancelled", 130)
    other.check()


def test_a_request_of_another_thread_counts():
    cancellation = Cancellation()
    thread = threading.Thread(target=cancellation.request)
    thread.start()
    thread.join()
    assert requested(cancellation)


@pytest.mark.usefixtures("former_handlers")
@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_cancels_and_does_not_end_the_program(number):
    cancellation = Cancellation()
    cancellation.listen_to_signals()
    assert not requested(cancellation)
    assert callable(signal.getsignal(number))  # else it would end the tests
    signal.raise_signal(number)
    assert cancellation._event.wait(60)  # another thread is told
    assert requested(cancellation)


@pytest.mark.usefixtures("former_handlers")
def test_a_handler_is_not_interrupted_by_the_next_signal():
    """One of Python would be, and that by the next: many in a row filled the stack, or waited for their own lock."""
    Cancellation().listen_to_signals()
    for number in SIGNALS:
        assert not hasattr(signal.getsignal(number), "__code__")


@pytest.mark.parametrize(
    "text", [b"cancel\n", b"cancel\r\n", b" cancel \n", b"cancel", b"hello\n\ncancel\nmore\n", b"G\xf6\n\xff\ncancel\n"]
)
def test_the_line_cancel_is_heard(monkeypatch, text):
    assert heard(monkeypatch, text)


@pytest.mark.parametrize("text", [b"", b"\n", b"cancelled\n", b"do not cancel\n", b"Cancel\n", b"can\ncel\n"])
def test_other_lines_and_the_end_of_the_input_do_not_cancel(monkeypatch, text):
    assert not heard(monkeypatch, text)


def test_an_open_pipe_is_heard_before_it_ends(monkeypatch):
    read, write = os.pipe()
    cancellation = Cancellation()
    with open(read, encoding="utf-8") as pipe, open(write, "wb", buffering=0) as sender:
        monkeypatch.setattr(sys, "stdin", pipe)
        cancellation.listen_to_stdin()
        assert not requested(cancellation)
        sender.write(b"cancel\n")
        wait_for_the_listener()
        assert requested(cancellation)


def test_without_standard_input_nothing_happens(monkeypatch):
    closed = io.StringIO("cancel\n")
    closed.close()
    for stdin in (None, closed):
        cancellation = Cancellation()
        monkeypatch.setattr(sys, "stdin", stdin)
        cancellation.listen_to_stdin()
        wait_for_the_listener()
        assert not requested(cancellation)


def test_what_is_typed_into_a_terminal_belongs_to_the_shell(monkeypatch):
    pty = pytest.importorskip("pty")  # not on Windows
    master, slave = pty.openpty()
    cancellation = Cancellation()
    with open(slave, encoding="utf-8") as terminal, open(master, "wb", buffering=0) as keyboard:
        keyboard.write(b"cancel\n")
        monkeypatch.setattr(sys, "stdin", terminal)
        cancellation.listen_to_stdin()
        wait_for_the_listener()
        assert not requested(cancellation)
        assert terminal.readline() == "cancel\n"


@pytest.mark.usefixtures("former_handlers")
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no terminal sends it")
def test_nohup_is_respected():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    cancellation = Cancellation()
    cancellation.listen_to_signals()
    signal.raise_signal(signal.SIGHUP)
    assert not requested(cancellation)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no terminal sends it")
@pytest.mark.parametrize(
    ("names", "at_once"),
    [
        (["SIGINT"], False),
        (["SIGINT", "SIGINT"], True),
        (["SIGTERM", "SIGINT"], True),
        (["SIGHUP", "SIGHUP", "SIGHUP"], False),  # of one terminal that was closed
        (["SIGTERM", "SIGHUP"], False),  # of one service that is stopped
        (["SIGHUP", "SIGTERM"], True),
    ],
)
def test_a_second_wish_ends_the_process_at_once(monkeypatch, names, at_once):
    cancellation, ended = Cancellation(), []
    monkeypatch.setattr(os, "_exit", ended.append)
    here, there = socket.socketpair()
    with here, there:
        there.sendall(bytes(getattr(signal, name) for name in names))
        there.shutdown(socket.SHUT_WR)
        with cancellation.ending_with(lambda: ended.append("tidied")):
            cancellation._receive_signals(here)
    assert requested(cancellation)
    assert ended == (["tidied", 130] if at_once else [])


def test_a_run_without_a_listener_is_stopped_and_then_ended(monkeypatch):
    cancellation, ended, looks = Cancellation(), [], iter([False, False, True])
    monkeypatch.setattr(os, "_exit", ended.append)
    for name in ("_LISTENER_S", "_ALONE_S"):
        monkeypatch.setattr(f"xview2_qgis.engine.run.cancellation.{name}", 0.0)
    before = threading.enumerate()  # other tests have left some that wait for ever
    cancellation.end_without(SimpleNamespace(gone=lambda: next(looks)))
    for thread in threading.enumerate():
        if thread.name == "listener-watch" and thread not in before:
            thread.join(60)
    assert requested(cancellation)
    assert ended == [130]


def test_a_disk_that_hangs_does_not_hold_the_process(monkeypatch):
    cancellation, ended, hanging = Cancellation(), [], threading.Event()
    monkeypatch.setattr(os, "_exit", ended.append)
    monkeypatch.setattr("xview2_qgis.engine.run.cancellation._TIDY_S", 0.01)
    with cancellation.ending_with(hanging.wait):
        cancellation._end_at_once()
    hanging.set()
    assert ended == [130]


STUCK = """
import hashlib, sys, threading
from pathlib import Path
from xview2_qgis.engine.run.cancellation import Cancellation

cancellation = Cancellation()
cancellation.listen_to_signals()
threading.Thread(target=lambda: (cancellation._event.wait(), print("asked", flush=True)), daemon=True).start()
with cancellation.ending_with(Path(sys.argv[1]).unlink):
    print("stuck", flush=True)
    hashlib.pbkdf2_hmac("sha512", b"", b"", 2**31 - 1)  # no Python, and so no handler of it, runs in this thread
"""


@pytest.mark.skipif(os.name == "nt", reason="signals cannot be sent there")
def test_a_library_that_never_comes_back_is_ended_by_a_second_signal(tmp_path):
    working = tmp_path / "working"
    working.touch()
    process = subprocess.Popen([sys.executable, "-c", STUCK, working], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout.readline() == "stuck\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "asked\n"
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 130
    assert not working.exists()
