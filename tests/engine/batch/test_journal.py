"""The journal of a batch: what is in it after whatever happened to it."""

from __future__ import annotations

import os

import pytest

from xview2_qgis.engine.batch.journal import JOURNAL, Entry, Journal
from xview2_qgis.engine.errors import RuntimeFailure


def test_the_last_entry_of_a_scene_counts(tmp_path):
    journal = Journal(tmp_path)
    assert not journal.known
    journal.begun("a", {"post": "1"}, "")
    journal.begun("b", {"post": "2"}, "old")
    journal.done("a", {"post": "1"}, "run")
    again = Journal(tmp_path)
    assert again.known
    assert again.of("a") == journal.of("a") == Entry("a", "done", {"post": "1"}, "run")
    assert again.of("b") == Entry("b", "begun", {"post": "2"}, "old")
    assert again.of("c") is None


def test_cut_anywhere_it_holds_what_was_whole_and_is_gone_on_with(tmp_path):
    journal = Journal(tmp_path)
    journal.done("a", {}, "1")
    whole = (tmp_path / JOURNAL).stat().st_size
    journal.done("a", {}, "2")
    content = (tmp_path / JOURNAL).read_bytes()
    for length in range(whole, len(content)):
        (tmp_path / JOURNAL).write_bytes(content[:length])
        cut = Journal(tmp_path)
        assert cut.of("a").run_id in ("1", "2")
        cut.done("b", {}, "3")
        assert Journal(tmp_path).of("b").run_id == "3"
        assert Journal(tmp_path).of("a").run_id == cut.of("a").run_id


@pytest.mark.parametrize(
    "content", [b"\xff\x00", b"[]\n1\nnull\n", b'{"id": 3}\n{"id": "a"}\n{"id":"a","state":1,"x":2}']
)
def test_what_is_no_journal_knows_nothing(tmp_path, content):
    (tmp_path / JOURNAL).write_bytes(content)
    assert Journal(tmp_path).of("a") is None


def test_an_entry_is_on_the_disk_before_anything_goes_on(tmp_path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (synced.append(1), real(file)))
    journal = Journal(tmp_path)
    journal.begun("a", {}, "")
    assert len(synced) == 2  # the file, and its name in the folder
    journal.done("a", {}, "1")
    assert len(synced) == 3


def test_a_disk_that_is_full(tmp_path, monkeypatch):
    def full(file):
        raise OSError(28, "No space left on device")

    journal = Journal(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RuntimeFailure) as caught:
        journal.begun("a", {}, "")
    assert caught.value.code == "output-write"
