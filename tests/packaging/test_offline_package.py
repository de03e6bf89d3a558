"""Offline packages, made from a small index of tiny wheels in a folder."""

import hashlib
import json
import subprocess
import sys
import zipfile

import pytest

from tests.packaging.scripts import script

offline_package = script("offline_package")
engine_size = script("engine_size")
lock_file = script("lock_file")
lock_targets = script("lock_targets")
wheel_download = script("wheel_download")

WINDOWS = lock_targets.Target("windows-x86_64", 12)
# nothing but the folder of the test: neither the index nor the folders that pip is set up with
ALONE = ("--no-index",)


def wheel(folder, name, tag="py3-none-any", files=()):
    path = folder / f"{name}-1.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        inside = f"{name}-1.0.dist-info"
        archive.writestr(f"{name}/__init__.py", f"# {tag}")
        archive.writestr(f"{inside}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nLicense: MIT\n")
        archive.writestr(f"{inside}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        for file in files:
            archive.writestr(file, "x" * 1000)
        archive.writestr(f"{inside}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def index(tmp_path, monkeypatch):
    folder = tmp_path / "index"
    folder.mkdir()
    for name in ("PIP_CONFIG_FILE", "PIP_FIND_LINKS"):
        monkeypatch.setenv(name, str(folder) if name == "PIP_FIND_LINKS" else "/dev/null")
    return folder


@pytest.fixture
def checkout(tmp_path, index):
    """A checkout whose lock has a package for all, one for a part of the Pythons, one for Windows and one for Linux."""
    root = tmp_path / "checkout"
    locks = root / offline_package.FOLDER
    locks.mkdir(parents=True)
    tags = ("cp311-cp311-win_amd64", "cp312-cp312-win_amd64", "cp312-cp312-manylinux_2_28_x86_64")
    hashes = "".join(f" --hash=sha256:{wheel(index, 'binary', tag)}" for tag in tags)
    lines = [f"binary==1.0{hashes}"]
    for name, marker in (
        ("everywhere", ""),
        ("windowsonly", ' ; sys_platform == "win32"'),
        ("linuxonly", ' ; sys_platform == "linux"'),
        ("oldonly", ' ; python_full_version < "3.12"'),
    ):
        lines.append(f"{name}==1.0{marker} --hash=sha256:{wheel(index, name)}")
    (locks / "cpu.txt").write_text("# a lock\n" + "\n".join(lines) + "\n")
    (root / offline_package.BOOTSTRAP).write_text(f"pip==1.0 --hash=sha256:{wheel(index, 'pip')}\n")
    return root


def make(checkout, folder, target=WINDOWS):
    return offline_package.make(checkout, offline_package.OfflineRequest("cpu", target), folder, ALONE)


def test_wheels_are_those_of_the_target_and_not_of_this_machine(checkout, tmp_path):
    package = make(checkout, tmp_path / "dist")
    assert sorted(path.name for path in (package / "wheels").iterdir()) == [
        "binary-1.0-cp312-cp312-win_amd64.whl",
        "everywhere-1.0-py3-none-any.whl",
        "pip-1.0-py3-none-any.whl",
        "windowsonly-1.0-py3-none-any.whl",
    ]


def test_the_manifest_has_the_checksum_of_every_other_file_and_the_zip_holds_the_same(checkout, tmp_path):
    package = make(checkout, tmp_path / "dist")
    manifest = json.loads((package / "manifest.json").read_text())
    files = {path.relative_to(package).as_posix(): path.read_bytes() for path in package.rglob("*") if path.is_file()}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"}
    assert manifest["files"] == sums
    assert manifest["sizes"] == {name: len(files[name]) for name in sums}
    assert (manifest["variant"], manifest["platform"], manifest["pythons"]) == ("cpu", "windows-x86_64", ["3.12"])
    assert manifest["lock_sha256"] == sums["cpu.txt"]
    assert "everywhere 1.0: MIT" in files["LICENCES.txt"].decode()
    with zipfile.ZipFile(package.with_name(f"{package.name}.zip")) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"{package.name}/{name}": content for name, content in files.items()
        }


def test_the_same_wheels_give_the_same_zip_and_old_ones_go(checkout, tmp_path):
    package = make(checkout, tmp_path / "dist")
    before = package.with_name(f"{package.name}.zip").read_bytes()
    wheel(package / "wheels", "forgotten")
    make(checkout, tmp_path / "dist")
    assert package.with_name(f"{package.name}.zip").read_bytes() == before


def test_a_wheel_of_another_content_is_refused(checkout, index, tmp_path):
    wheel(index, "everywhere", files=["everywhere/more.py"])
    with pytest.raises(subprocess.CalledProcessError):
        make(checkout, tmp_path / "dist")


def test_an_offline_package_is_enough_for_pip(checkout, tmp_path):
    here = lock_targets.Target("linux-x86_64", sys.version_info.minor)
    if offline_package.this_platform() != here.platform or here.minor not in (11, 12):
        pytest.skip("the wheels of the test are for Linux and Python 3.12, or pure")
    package = make(checkout, tmp_path / "dist", lock_targets.Target("linux-x86_64", 12))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--find-links", str(package / "wheels")]
    pip += ["--require-hashes", "--no-deps"]
    requirements = tmp_path / "pure.txt"
    lines = (package / "cpu.txt").read_text().splitlines()
    requirements.write_text("\n".join(line for line in lines if line.startswith(("everywhere", "linuxonly"))))
    target = tmp_path / "site"
    subprocess.run(
        [*pip, "--require-hashes", "--no-deps", "--target", str(target), "-r", str(requirements)], check=True
    )
    assert {path.name for path in target.iterdir()} >= {"everywhere", "linuxonly"}


def test_what_is_not_made_is_said(checkout, tmp_path):
    with pytest.raises(ValueError, match="made for linux-x86_64, linux-aarch64, windows-x86_64, not for macos-x86_64"):
        make(checkout, tmp_path, lock_targets.Target("macos-x86_64", 12))


def test_sizes_are_those_of_the_files(index, tmp_path):
    wheel(index, "thing", files=["thing/tests/test_a.py", "thing/tests/deep/b.bin", "thing/c.py"])
    [size] = engine_size.measure(wheel_download.wheels(index), ["thing/tests"])
    assert size.download == (index / "thing-1.0-py3-none-any.whl").stat().st_size
    assert size.unneeded == 2000
    assert 3000 < size.whole < 3400


def test_a_licence_is_never_unneeded(index):
    wheel(index, "thing", files=["thing/tests/LICENSE.txt"])
    with pytest.raises(ValueError, match=r"a licence would be removed: thing/tests/LICENSE\.txt"):
        engine_size.measure(wheel_download.wheels(index), ["thing/tests"])


def test_patterns_stay_inside_the_packages():
    found = engine_size.patterns(engine_size.ROOT)
    assert len(found) > 30
    assert not [pattern for pattern in found if pattern.startswith(("/", "*")) or ".." in pattern or "\\" in pattern]


def test_sizes_of_the_variants_are_there():
    values = json.loads((engine_size.ROOT / engine_size.FOLDER / "sizes.json").read_text())
    for variant, sizes in values.items():
        assert variant in {known.name for known in engine_size.VARIANTS}
        assert 1e8 < sizes["download_bytes"] < sizes["disk_bytes"] < sizes["peak_bytes"]
        assert sizes["measured_on"]
