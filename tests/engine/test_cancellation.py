"""A wish to stop is heard from a program, from the system and from the line ``cancel``, and from nothing else."""

import io
import os
import signal
import sys
import threading

import pytest

from xview2_qgis.engine.cancellation import Cancellation
from xview2_qgis.engine.errors import Cancelled

# a listener that fails must not look like one that heard nothing
pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")


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
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in former.items():
        signal.signal(number, handler)


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
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_and_does_not_end_the_program(number):
    cancellation = Cancellation()
    cancellation.listen_to_signals()
    assert not requested(cancellation)
    assert callable(signal.getsignal(number))  # else it would end the tests
    signal.raise_signal(number)
    assert requested(cancellation)


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
