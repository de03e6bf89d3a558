"""A new file may be read by whoever could read the earlier one, and by nobody else."""

import os
import stat

import pytest

from xview2_qgis.engine.staging import file_rights
from xview2_qgis.engine.staging.file_rights import take_rights

pytestmark = pytest.mark.skipif(os.name == "nt", reason="rights of Windows come from the folder")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def new(tmp_path):
    path = tmp_path / "new"
    path.touch(mode=0o644)
    return path


@pytest.mark.parametrize("bits", [0o600, 0o640, 0o664, 0o444])
def test_the_mode(tmp_path, new, bits):
    (tmp_path / "earlier").touch()
    (tmp_path / "earlier").chmod(bits)
    take_rights(new, tmp_path / "earlier")
    assert mode(new) == bits


def test_without_an_earlier_file_nothing_changes(tmp_path, new):
    take_rights(new, tmp_path / "missing")
    assert mode(new) == 0o644


@pytest.mark.parametrize(("bits", "wanted"), [(0o660, 0o600), (0o664, 0o644), (0o640, 0o600)])
def test_another_group_has_no_more_rights_than_everybody(tmp_path, new, monkeypatch, bits, wanted):
    def refuse(*_):
        raise PermissionError(1, "not permitted")

    (tmp_path / "earlier").touch()
    (tmp_path / "earlier").chmod(bits)
    monkeypatch.setattr(file_rights.os, "chown", refuse)
    take_rights(new, tmp_path / "earlier")
    assert mode(new) == wanted


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_the_owner(tmp_path, new):
    (tmp_path / "earlier").touch()
    os.chown(tmp_path / "earlier", 12345, 23456)
    take_rights(new, tmp_path / "earlier")
    found = new.stat()
    assert (found.st_uid, found.st_gid) == (12345, 23456)
