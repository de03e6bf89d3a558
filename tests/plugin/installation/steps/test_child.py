from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from tests.plugin.conftest import ROOT
from tests.plugin.installation.steps.test_interruptions import nothing_runs, running_below
from xview2_qgis.installation.outcome import InstallationError
from xview2_qgis.installation.steps.child import Children
from xview2_qgis.installation.steps.listener import CancelledError, Listener
from xview2_qgis.installation.steps.secrets import Secrets

NO_SECRETS = Secrets.of(())


def listener(lines, cancelled=lambda: False):
    return Listener(lambda _: None, lines.append, lambda _: None, cancelled)


@pytest.fixture
def module(tmp_path):
    """Write a module that says a line, starts another process and sleeps; return how it is run."""
    place = tmp_path / "marked" / "sleeping.py"
    place.parent.mkdir()
    place.write_text(
        textwrap.dedent(
            """
            import subprocess, sys, time
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", __file__])
            print("sleeping", flush=True)
            time.sleep(60)
            """
        )
    )
    return [str(place.parent), "sleeping"]


def test_lines_come_and_the_code(tmp_path):
    lines = []
    program = "print('one'); print('two \\u2713'); raise SystemExit(3)"
    ended = Children(listener(lines), NO_SECRETS).run([sys.executable, "-X", "utf8", "-c", program], os.environ)
    assert (ended.code, ended.lines) == (3, ("one", "two ✓"))
    assert lines == ["one", "two ✓"]


def test_cancelled_with_all_that_was_started(module, tmp_path):
    lines = []
    children = Children(listener(lines, lambda: "sleeping" in lines), NO_SECRETS)
    with pytest.raises(CancelledError):
        children.run_module(sys.executable, module, os.environ)
    assert nothing_runs(tmp_path / "marked")


def test_cancelled_while_something_in_a_session_of_its_own_holds_the_output():
    """Nobody waits for it: it might go on for ever."""
    program = """
        import subprocess, sys
        sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
        print(subprocess.Popen(sleep, start_new_session=True).pid, flush=True)
        input()
    """
    lines = []
    children = Children(listener(lines, lambda: bool(lines)), NO_SECRETS)
    with pytest.raises(CancelledError):
        children.run([sys.executable, "-c", textwrap.dedent(program)], os.environ)
    os.kill(int(lines[0]), signal.SIGKILL)  # it is still there


def test_it_ends_with_qgis(module, tmp_path):
    """Also when QGIS is killed and can do nothing about it."""
    program = f"""
        import os
        from tests.plugin.installation.steps.test_child import *
        Children(listener([]), NO_SECRETS).run_module({sys.executable!r}, {module!r}, os.environ)
    """
    qgis = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT)
    try:
        limit = time.monotonic() + 30
        while len(running_below(tmp_path / "marked")) < 3:  # QGIS, the module and what it has started
            assert qgis.poll() is None
            assert time.monotonic() < limit
            time.sleep(0.05)
    finally:
        qgis.kill()
        qgis.wait()
    assert nothing_runs(tmp_path / "marked")


def test_no_interpreter(tmp_path):
    with pytest.raises(InstallationError, match="cannot be started"):
        Children(listener([]), NO_SECRETS).run([str(tmp_path / "missing")], os.environ)


def test_secrets_in_every_spelling():
    secrets = Secrets.of(["http://someone:a%2Fb@proxy.example.org:3128", "", "http://[broken"])
    text = secrets.clean("for someone: a/b, a%2Fb, http://someone:a%2Fb@proxy.example.org:3128/simple")
    assert "a/b" not in text
    assert "a%2Fb" not in text
    assert "someone" not in text
