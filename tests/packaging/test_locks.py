"""The locked lists of packages: what pyproject.toml allows, with checksums, one runtime in each."""

import re
import shutil

import pytest
from packaging.markers import Marker

from tests.checkout import ROOT
from tests.packaging.scripts import script

lock_file = script("lock_file")
lock_targets = script("lock_targets")
lock_requirements = script("lock_requirements")

LOCKS = sorted((ROOT / "xview2_qgis" / "installation" / "locks").glob("*.txt"))
VARIANTS = {variant.name: variant for variant in lock_requirements.VARIANTS}
names = pytest.mark.parametrize("name", VARIANTS)


@pytest.fixture
def checkout(tmp_path):
    """A checkout with locks that may be spoilt."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / lock_requirements.FOLDER, tmp_path / lock_requirements.FOLDER)
    return tmp_path


def spoil(checkout, name, pattern, replacement):
    path = checkout / lock_requirements.FOLDER / f"{name}.txt"
    text, count = re.subn(pattern, replacement, path.read_text(), flags=re.MULTILINE)
    assert count
    path.write_text(text)


@names
def test_a_lock_fits_the_bounds(name):
    assert lock_requirements.problems(ROOT, VARIANTS[name]) == []


@names
def test_a_lock_holds_exact_versions_with_checksums_and_nothing_else(name):
    """Read without the code that wrote it."""
    text = (ROOT / lock_requirements.FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        assert re.fullmatch(
            r"#.*|[a-z0-9-]+==[\w.]+( ; [\w.'\"<>=* ]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line
        ), line
    packages = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert len(packages) > 20
    assert all("--hash=" in package for package in packages)
    runtimes = [line for line in text.splitlines() if line.startswith("onnxruntime")]
    assert len(runtimes) == 1
    assert runtimes[0].startswith({"cuda": "onnxruntime-gpu=="}.get(name, "onnxruntime=="))


@pytest.mark.parametrize(
    ("pattern", "replacement", "problem"),
    [
        (r"^jinja2==.*? \\", r"jinja2==3.1.5 \\", "jinja2>=3.1.6 is not fulfilled on linux-x86_64 with Python 3.11"),
        (
            r"^numpy==\S+ ; python_full_version >= .*\n( .*\n)+",
            "",
            "numpy>=2.0 is not fulfilled on linux-x86_64 with Python 3.12",
        ),
        (r"^onnxruntime==", "onnxruntime-directml==", "onnxruntime>=1.27 is not fulfilled"),
        (r"^attrs==", "onnxruntime-gpu==", "not one ONNX Runtime on windows-x86_64 with Python 3.14"),
        (r"^attrs==", "affine==", "affine has two versions"),
        (r"^affine", "--extra-index-url https://example.org/simple\naffine", "an option or an address: --extra"),
    ],
)
def test_what_does_not_fit_is_told(checkout, pattern, replacement, problem):
    spoil(checkout, "cpu", pattern, replacement)
    found = lock_requirements.problems(checkout, VARIANTS["cpu"])
    assert any(problem in line for line in found)


@pytest.mark.parametrize(
    "line", ["a>=1 --hash=sha256:" + "0" * 64, "a==1", "a==1.* --hash=sha256:" + "0" * 64, "-r other.txt"]
)
def test_lines_without_an_exact_version_or_a_checksum_are_refused(line):
    with pytest.raises(ValueError, match=r"locked requirement|exact version"):
        lock_file.parse(line)


def test_what_is_written_is_read_again():
    text = (ROOT / lock_requirements.FOLDER / "cpu.txt").read_text(encoding="utf-8")
    heading = "".join(line[2:] for line in text.splitlines(keepends=True) if line.startswith("#"))
    assert lock_file.render(lock_file.parse(text), heading) == text


def test_variants_and_locks_are_the_same():
    assert {path.stem for path in LOCKS} - {"unneeded"} == set(VARIANTS)


def test_markers_are_judged_for_the_target_and_not_for_this_machine():
    windows = lock_targets.Target("windows-x86_64", 14)
    assert Marker("sys_platform == 'win32' and python_full_version >= '3.14'").evaluate(windows.environment)
    assert not Marker("sys_platform == 'linux' or platform_machine == 'x86_64'").evaluate(windows.environment)


@pytest.mark.parametrize(
    ("platform", "tag", "runs"),
    [
        ("linux-x86_64", "cp312-cp312-manylinux_2_28_x86_64", True),
        ("linux-x86_64", "py3-none-manylinux2014_x86_64", True),
        ("linux-x86_64", "cp311-abi3-manylinux_2_5_x86_64", True),
        ("linux-x86_64", "cp312-cp312-manylinux_2_39_x86_64", False),  # glibc newer than Ubuntu 22.04's
        ("linux-x86_64", "cp312-cp312-musllinux_1_2_x86_64", False),
        ("linux-x86_64", "cp313-cp313-manylinux_2_28_x86_64", False),
        ("linux-aarch64", "cp312-cp312-manylinux_2_28_x86_64", False),
        ("windows-x86_64", "cp312-cp312-win_amd64", True),
        ("windows-x86_64", "py3-none-any", True),
        ("macos-arm64", "cp312-cp312-macosx_14_0_arm64", True),
        ("macos-arm64", "cp312-cp312-macosx_11_0_universal2", True),
        ("macos-arm64", "cp312-cp312-macosx_15_0_arm64", False),
        ("macos-arm64", "cp312-cp312-macosx_14_0_x86_64", False),
    ],
)
def test_wheels_run_where_their_tags_say(platform, tag, runs):
    assert (tag in {str(known) for known in lock_targets.Target(platform, 12).tags()}) is runs
