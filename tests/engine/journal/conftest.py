"""What tests of journals share."""

from __future__ import annotations

import os

import pytest

from xview2_qgis.engine.journal import unfinished_folder


@pytest.fixture
def open_disk(monkeypatch):
    """A disk that keeps no modes, as some that are shared with other systems: whatever lies there is open to all."""
    if os.name == "nt":
        pytest.skip("folders have no modes there")
    real = unfinished_folder.is_own_folder

    def is_own_folder(folder):
        if folder.is_dir():
            folder.chmod(0o777)
        return real(folder)

    monkeypatch.setattr(unfinished_folder, "is_own_folder", is_own_folder)
