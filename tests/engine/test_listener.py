"""A reader that left is noticed; a file, a terminal, and a standard input that ended are no reader that left."""

import io
import os
import socket
import sys

import pytest

from xview2_qgis.engine.listener import Listener

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there the parent process is asked")


def test_a_pipe_whose_reader_leaves():
    read, write = os.pipe()
    with open(write, "w", encoding="utf-8") as stream:
        listener = Listener(stream)
        assert not listener.gone()
        stream.write("{}\n" * 100)
        stream.flush()
        assert not listener.gone()  # nobody need read at once
        os.close(read)
        assert listener.gone()


def test_a_socket_whose_reader_leaves():
    here, there = socket.socketpair()
    with here, here.makefile("w") as stream:
        listener = Listener(stream)
        assert not listener.gone()
        there.close()
        assert listener.gone()


def test_files_and_nothing_have_no_reader_that_could_leave(tmp_path):
    for path in (tmp_path / "log", os.devnull):
        with open(path, "w", encoding="utf-8") as stream:
            assert not Listener(stream).gone()
    assert not Listener(io.StringIO()).gone()
    closed = io.StringIO()
    closed.close()
    assert not Listener(closed).gone()


def test_a_terminal_has_none_either():
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    with open(slave, "w", encoding="utf-8") as terminal:
        listener = Listener(terminal)
        os.close(master)
        assert not listener.gone()  # SIGHUP tells, unless the user said nohup
