"""A reader that left is noticed; a file, a terminal, and a standard input that ended are no reader that left."""

import io
import os
import socket
import sys

import pytest

from xview2_qgis.engine.run.listener import Listener

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there the parent process is asked")


def test_a_pipe_whose_reader_leaves():
    read, write = os.pipe()
    with open(write, "w", encoding="utf-8") as stream:
        listener = Listener(stream, None)
        assert not listener.gone()
        stream.write("{}\n" * 100)
        stream.flush()
        assert not listener.gone()  # nobody need read at once
        os.close(read)
        assert listener.gone()


def test_a_socket_whose_reader_leaves():
    here, there = socket.socketpair()
    with here, here.makefile("w") as stream:
        listener = Listener(stream, None)
        assert not listener.gone()
        there.close()
        assert listener.gone()


def test_files_and_nothing_have_no_reader_that_could_leave(tmp_path):
    for path in (tmp_path / "log", os.devnull):
        with open(path, "w", encoding="utf-8") as stream:
            assert not Listener(stream, stream).gone()
    assert not Listener(io.StringIO(), io.StringIO()).gone()
    closed = io.StringIO()
    closed.close()
    assert not Listener(closed, closed).gone()


def test_a_terminal_has_none_either():
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    with open(slave, "w", encoding="utf-8") as terminal:
        listener = Listener(terminal, terminal)
        os.close(master)
        assert not listener.gone()  # SIGHUP tells, unless the user said nohup


@pytest.mark.parametrize("ended_before", [False, True])
@pytest.mark.parametrize("parent_ends", [False, True])
def test_without_such_an_output_parent_and_input_both_count(tmp_path, monkeypatch, ended_before, parent_ends):
    read, write = os.pipe()
    with open(read, encoding="utf-8") as wishes, open(tmp_path / "log", "w", encoding="utf-8") as log:
        if ended_before:  # cron, and whoever gives an input that ends at once
            os.close(write)
        listener = Listener(log, wishes)
        assert not listener.gone()
        if parent_ends:
            monkeypatch.setattr(os, "getppid", lambda: 1)
            assert not listener.gone()  # nohup
        if not ended_before:
            os.write(write, b"hello")
            os.close(write)
        assert listener.gone() == (parent_ends and not ended_before)
