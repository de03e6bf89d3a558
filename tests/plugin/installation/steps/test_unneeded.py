from __future__ import annotations

from xview2_qgis.installation.steps.unneeded import remove_unneeded, unneeded_patterns


def put(path, text="x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_only_what_is_named_goes(tmp_path):
    site = tmp_path / "env" / "site-packages"
    kept = [put(site / "scipy" / "linalg" / "a.py"), put(site / "numpy" / "testing" / "b.py")]
    gone = [put(site / "scipy" / "linalg" / "tests" / "c.py", "12345"), put(site / "numpy" / "d.pyi", "123")]
    assert remove_unneeded(site, ["scipy/**/tests", "numpy/*.pyi", "nothing/*"]) == 8
    assert all(path.exists() for path in kept)
    assert not any(path.exists() for path in gone)
    assert not (site / "scipy" / "linalg" / "tests").exists()


def test_nothing_outside(tmp_path):
    site = tmp_path / "env" / "site-packages"
    outside = [put(tmp_path / "env" / "secret.txt"), put(tmp_path / "data" / "tests" / "mine.txt")]
    put(site / "package" / "a.py")
    (site / "package" / "linked").symlink_to(tmp_path / "data")
    (site / "tests").symlink_to(tmp_path / "data" / "tests")
    patterns = [
        "../secret.txt",
        str(outside[0]),
        "package/linked/tests",
        "package/linked",
        "tests",
        "tests/*",
        "**/tests",
    ]
    assert remove_unneeded(site, patterns) == 0
    assert all(path.exists() for path in outside)
    assert (site / "tests").is_symlink()


def test_the_list(tmp_path):
    assert unneeded_patterns(tmp_path) == []
    (tmp_path / "unneeded.txt").write_text("# reasons\n\nscipy/**/tests  # tests\n")
    assert unneeded_patterns(tmp_path) == ["scipy/**/tests"]
