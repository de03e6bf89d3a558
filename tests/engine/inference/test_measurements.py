"""A number is measured once for what it depends on, and never lost to a broken file."""

import pytest

from xview2_qgis.engine.inference.measurements import Measurements


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XVIEW2_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_is_known_is_not_measured_again(cache):
    assert Measurements("a.json").of(("gpu", "1.27"), lambda: 2.5) == 2.5
    assert Measurements("a.json").of(("gpu", "1.27"), pytest.fail) == 2.5
    assert Measurements("a.json").of(("gpu", "1.28"), lambda: 3.0) == 3.0
    assert Measurements("a.json").of(("gpu", "1.27"), pytest.fail) == 2.5
    assert Measurements("b.json").of(("gpu", "1.27"), lambda: 4.0) == 4.0
    assert sorted(path.name for path in cache.iterdir()) == ["a.json", "b.json"]


@pytest.mark.parametrize("content", [b"", b"[1]", b"\xff\xfe", b'{"x": "fast"}', b'{"x"'])
def test_a_broken_file_is_written_anew(cache, content):
    cache.mkdir()
    (cache / "a.json").write_bytes(content)
    assert Measurements("a.json").of(("gpu",), lambda: 2.5) == 2.5
    assert Measurements("a.json").of(("gpu",), pytest.fail) == 2.5


def test_a_failure_is_not_remembered(cache):
    with pytest.raises(ZeroDivisionError):
        Measurements("a.json").of(("gpu",), lambda: 1 / 0)
    assert Measurements("a.json").of(("gpu",), lambda: 1.0) == 1.0
