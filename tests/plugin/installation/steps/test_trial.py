"""How the test of a new engine may end, in words."""

from __future__ import annotations

import pytest

from xview2_qgis.installation.outcome import InstallationError
from xview2_qgis.installation.steps.child import Children
from xview2_qgis.installation.steps.listener import Listener
from xview2_qgis.installation.steps.secrets import Secrets
from xview2_qgis.installation.steps.trial import try_engine


@pytest.mark.parametrize(
    ("doctor", "words"),
    [
        ("kill -9 $$", "ended from outside (signal 9). Try again"),
        ("echo 'numpy cannot be loaded'; exit 5", "does not run: Numpy cannot be loaded. Look at the details"),
        ("exit 7", "does not run: exit code 7. Look at the details"),
        ("exit 4", ""),  # the model is not here yet
        ("exit 0", ""),
    ],
)
def test_it_says_why(tmp_path, doctor, words):
    python = tmp_path / "python"
    probe = '{"python": [3, 11, 2], "missing": [], "broken": {}}'
    python.write_text(f"#!/bin/sh\ncase \" $* \" in\n*' -c '*) echo '{probe}' ;;\n*) {doctor} ;;\nesac\n")
    python.chmod(0o755)
    nothing = Listener(lambda _: None, lambda _: None, lambda _: None, lambda: False)
    said = ""
    try:
        try_engine(str(python), Children(nothing, Secrets.of(())))
    except InstallationError as error:
        said = str(error)
    assert words in said
    assert bool(words) == bool(said)
