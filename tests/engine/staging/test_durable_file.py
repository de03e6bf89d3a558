"""Files that are whole and on the disk under their names."""

from __future__ import annotations

import os

import pytest

from xview2_qgis.engine.staging import durable_file
from xview2_qgis.engine.staging.durable_file import sync_folder, write_durably


@pytest.mark.parametrize("held", [1, 100])
def test_a_new_file_that_a_scanner_holds_is_renamed_when_it_is_free(tmp_path, monkeypatch, held):
    tries = []

    def replace(source, target, _replace=os.replace):
        tries.append(source)
        if len(tries) <= held:
            raise PermissionError(13, "held")
        _replace(source, target)

    monkeypatch.setattr(durable_file.os, "replace", replace)
    monkeypatch.setattr(durable_file, "PATIENCE_S", 10.0 if held == 1 else 0.0)
    (tmp_path / "a").write_text("earlier")
    if held == 1:
        write_durably(tmp_path / "a", b"new")
    else:
        with pytest.raises(PermissionError):
            write_durably(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_text() == ("new" if held == 1 else "earlier")
    assert len(tries) == 1 + (held == 1)


def test_a_folder_that_may_not_be_read_is_not_waited_for(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "not permitted")

    monkeypatch.setattr(durable_file.os, "open", refuse)
    sync_folder(tmp_path)
    monkeypatch.undo()
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "missing")
