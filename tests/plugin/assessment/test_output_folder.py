"""The folder that is proposed for results: that of the image, else one that is not a temporary one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from qgis.PyQt.QtCore import QStandardPaths

from xview2_qgis.assessment.output_folder import output_folder


@pytest.fixture
def documents(project, tmp_path, monkeypatch):
    folder = tmp_path / "Documents"
    folder.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda kind: str(folder))
    return folder


def test_the_folder_of_the_image(documents, tmp_path):
    found = output_folder(str(tmp_path / "pre.tif"))
    assert (found.path, found.reason) == (tmp_path, "")


def test_another_folder_where_that_is_none(documents, project, tmp_path):
    (tmp_path / "100%20").mkdir()
    images = ("/no/such/folder/pre.tif", "/vsicurl/https://example.org/pre.tif", str(tmp_path / "100%20" / "pre.tif"))
    for image in images:
        found = output_folder(image)
        assert found.path == documents
        assert f"“{documents}” is proposed" in found.reason
    project.setFileName(str(tmp_path / "project.qgz"))
    for image in images:
        assert output_folder(image).path == tmp_path


def test_nowhere_to_write_but_a_temporary_folder(documents, tmp_path, monkeypatch):
    # nothing is locked for root, who may run these tests
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = output_folder(str(tmp_path / "pre.tif"))
    assert found.path == Path(tmp_path)
    assert "temporary one" in found.reason
