"""Downloads of published weights: what is there, what is in order, and what is not."""

import hashlib
import re

import pytest

from export.listing import say_offers, verify_downloads
from export.published.registry import OFFERS
from tests.export.published_checkpoint import write_published
from xview2_qgis.engine.errors import InputError

FILES = OFFERS["second-place"].files
GOOD = [name for name, network in FILES.items() if network == "b2_softmax"]


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return write_published(tmp_path_factory.mktemp("weights") / GOOD[0], "b2_softmax")


def verify(folder, solution="second-place"):
    """Return what is said, and the error that ends it."""
    lines, error = [], None
    try:
        verify_downloads(folder, solution, lines.append)
    except InputError as caught:
        error = caught
    return lines, error


def test_one_file_in_order_is_enough(weights):
    lines, error = verify(weights.parent)
    assert error is None
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    assert f"ok       {GOOD[0]}  b2_softmax  sha256 {digest}" in lines
    assert {line for line in lines if line.startswith("missing")} == {f"missing  {n}" for n in FILES if n != GOOD[0]}
    assert lines[-1] == "1 of 21 files in order (by structure: no checksums are published)"
    assert len(lines) == 22


def test_files_are_said_in_the_order_of_the_ensemble(weights):
    lines, _ = verify(weights.parent)
    assert [line.split()[1] for line in lines[:-1]] == list(FILES)


def test_a_file_out_of_order_is_said_and_refused(weights, tmp_path):
    (tmp_path / GOOD[0]).symlink_to(weights)
    (tmp_path / GOOD[1]).write_bytes(weights.read_bytes()[:1000])
    other = next(iter(FILES))  # the name of another network
    (tmp_path / other).symlink_to(weights)
    lines, error = verify(tmp_path)
    bad = [line for line in lines if line.startswith("BAD")]
    assert [name for name in (other, GOOD[1]) for line in bad if name in line] == [other, GOOD[1]]
    assert any(f"holds b2_softmax, its name says {FILES[other]}" in line for line in bad)
    assert lines[-1].startswith("1 of 21 files in order")
    assert error.message == f"{tmp_path}: {other}, {GOOD[1]} not in order"
    assert error.code == "published-file"


@pytest.mark.parametrize("solution", OFFERS)
def test_a_folder_without_downloads(solution, tmp_path):
    (tmp_path / "letter.txt").write_text("…")
    for folder in (tmp_path, tmp_path / "nowhere"):
        lines, error = verify(folder, solution)
        assert len(lines) == len(OFFERS[solution].files) + 1
        assert lines[-1].startswith(f"0 of {len(OFFERS[solution].files)} files")
        assert error.message == f"{folder}: none of the published files is here"


def test_a_folder_of_that_name_is_no_file(tmp_path):
    (tmp_path / GOOD[0]).mkdir()
    assert f"missing  {GOOD[0]}" in verify(tmp_path)[0]


def test_the_list_counts_its_files():
    lines = []
    say_offers(lines.append)
    counted = {m[1]: int(m[2]) for line in lines if (m := re.match(r"(\S+): (\d+) files? from https://", line))}
    assert counted == {"second-place": 21, "fifth-place": 1}
    assert sum(line.startswith("  ") for line in lines) == 22
    assert any(line.startswith("fifth-place: 1 file from ") for line in lines)
    assert max(map(len, lines)) <= 120
