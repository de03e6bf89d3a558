"""The zips as the plugin repository looks at them: what stops an upload, what blocks it, and what it only shows.

Where a finding is meant, the reason stands beside it: ``# nosec B…`` in Python with the reason above, and for checksums
the list ``CHECKSUMS``.
"""

import configparser
import json
import os
import re
import stat
import subprocess
import sys
import tomllib
import zipfile
from urllib.parse import urlsplit

import pytest

from tests.checkout import ROOT
from tests.packaging.scripts import script

#: Files in which detect-secrets takes checksums for passwords, and why they are none. They carry its remark.
CHECKSUMS = {
    "xview2_qgis/models/compact/model.json": "sha256 of the network beside it, whose form every model bundle has",
    "xview2_qgis/models/compact-int8/model.json": "the same; neither is in the zip for the plugin repository",
}
#: Codes of flake8 that the plugin repository asks for; it shows them and does not block.
FLAKE8 = (
    "E101,E711,E712,E713,E714,E721,E722,E731,E741,E742,E743,E901,E902,E999,W605,"
    "F402,F403,F404,F405,F811,F821,F822,F823,F831,F901,C901"
)
REQUIRED = ("name", "description", "version", "qgisMinimumVersion", "author", "email", "about", "tracker", "repository")
SUSPICIOUS = {".exe", ".dll", ".so", ".dylib", ".bat", ".sh", ".ps1", ".cmd"}


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    """The zip for the plugin repository, and the one with the models."""
    return script("plugin_archive").write_archives(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def unpacked(archives, tmp_path_factory):
    """The one with the models; what the other holds is part of it."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(archives[1]) as packed:
        packed.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def metadata(archives):
    # percent signs mean something to the reader that the plugin repository uses
    parser = configparser.ConfigParser()
    parser.optionxform = str
    with zipfile.ZipFile(archives[0]) as packed:
        parser.read_string(packed.read("xview2_qgis/metadata.txt").decode("utf-8"))
    return dict(parser.items("general"))


def scan(folder, *words):
    """Run a scanner as the repository does: on the folder alone, with no settings of this checkout."""
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)


def secrets(folder, *left_out):
    excluded = "|".join((r"metadata\.txt", *left_out))
    done = scan(folder, "detect_secrets", "scan", "--all-files", "--exclude-files", excluded, ".")
    assert done.returncode == 0, done.stderr  # it is 0 whatever was found
    return json.loads(done.stdout)["results"]


def test_the_zip_without_models_is_the_other_one_without_them(archives):
    with zipfile.ZipFile(archives[0]) as plain, zipfile.ZipFile(archives[1]) as whole:
        more = set(whole.namelist()) - set(plain.namelist())
        assert all(plain.read(name) == whole.read(name) for name in plain.namelist())
    assert more
    assert all(name.startswith("xview2_qgis/models/compact") for name in more)


def test_bandit_finds_nothing_at_any_level(unpacked):
    done = scan(unpacked, "bandit", "-r", ".", "-f", "json", "-q")
    found = json.loads(done.stdout)
    assert found["errors"] == []
    assert [f"{r['filename']}:{r['line_number']} {r['test_id']} {r['issue_text']}" for r in found["results"]] == []
    assert found["metrics"]["_totals"]["loc"] > 1000
    # a bare `nosec` hides everything on its line, and words behind it are taken for names of tests
    assert found["metrics"]["_totals"]["nosec"] == 0
    assert "is not a test name or id" not in done.stderr


def test_every_exception_for_bandit_has_its_reason_above(unpacked):
    for path in unpacked.rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if "# nosec" in line:
                assert re.search(r"# nosec B\d{3}(, B\d{3})*$", line), f"{path.name}:{number + 1}"
                before = range(max(number - 6, 0), number)
                assert any(lines[n].strip().startswith("#") for n in before), f"{path.name}:{number + 1}"


def test_detect_secrets_finds_nothing(unpacked):
    # of the translations, which take most of the time, one; all of them in the slow tests
    assert secrets(unpacked, r"po/(?!es)[a-z_A-Z]+\.po") == {}


@pytest.mark.slow
def test_detect_secrets_finds_nothing_in_any_translation(unpacked):
    assert secrets(unpacked) == {}


def test_every_exception_for_detect_secrets_is_in_the_list(unpacked):
    found = {
        path.relative_to(unpacked).as_posix()
        for path in unpacked.rglob("*")
        if path.is_file() and b"pragma: allowlist" in path.read_bytes()
    }
    assert found == set(CHECKSUMS)


def test_checksums_are_secrets_to_it_only_where_they_stand_alone_in_quotes(tmp_path):
    digest = "c6e988149ca96ddd10dbfd8dc3e440ec7ddd85df64aacf5bc4a2586e31ccf880"
    (tmp_path / "requirements.txt").write_text(
        f"name==1 ; python_version >= '3.11' \\\n    --hash=sha256:{digest}\n" * 9
    )
    (tmp_path / "marked.json").write_text(json.dumps({"sha256": f"sha256:{digest}"}))
    assert secrets(tmp_path) == {}
    (tmp_path / "alone.json").write_text(json.dumps({"sha256": digest}))
    assert list(secrets(tmp_path)) == ["alone.json"]


def flake8(folder):
    done = scan(folder, "flake8", "--isolated", "--max-line-length", "120", "--select", FLAKE8, ".")
    return done.stdout.splitlines()


def test_flake8_finds_nothing_of_what_the_repository_asks_for(unpacked):
    assert flake8(unpacked) == []


def test_flake8_would_find_something(tmp_path):
    (tmp_path / "wrong.py").write_text("if x == None:\n    pass\n")
    assert {line.split()[1] for line in flake8(tmp_path)} == {"E711", "F821"}


def test_plain_files_that_everybody_may_read_and_nobody_runs(archives):
    for archive in archives:
        with zipfile.ZipFile(archive) as packed:
            for entry in packed.infolist():
                mode = entry.external_attr >> 16
                assert stat.S_ISREG(mode), entry.filename
                assert stat.S_IMODE(mode) == 0o644, entry.filename
                assert entry.filename.isascii()
                assert entry.flag_bits & 1 == 0  # not encrypted


def test_no_suspicious_files(archives):
    for archive in archives:
        with zipfile.ZipFile(archive) as packed:
            for name in packed.namelist():
                parts = name.split("/")
                assert not any(part.startswith(".") for part in parts), name
                assert not {"__MACOSX", "__pycache__", ".git"} & set(parts), name
                assert os.path.splitext(name.lower())[1] not in {*SUSPICIOUS, ".pyc", ".pyo"}, name


def is_text(content):
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


def test_the_only_binaries_are_models_and_pictures_of_the_handbook(archives):
    may = {(".onnx", "models"), (".png", "handbook")}
    for archive, models in zip(archives, (0, 2), strict=True):
        with zipfile.ZipFile(archive) as packed:
            binaries = [name for name in packed.namelist() if not is_text(packed.read(name))]
            pictures = [packed.read(name) for name in binaries if name.endswith(".png")]
        assert [name for name in binaries if (os.path.splitext(name)[1], name.split("/")[1]) not in may] == []
        assert sum(name.endswith(".onnx") for name in binaries) == models
        assert all(picture.startswith(b"\x89PNG\r\n") for picture in pictures)


def test_every_model_has_its_licence_beside_it(unpacked):
    models = [path.parent for path in (unpacked / "xview2_qgis" / "models").rglob("model.json")]
    assert models
    for folder in models:
        licence = json.loads((folder / "model.json").read_text(encoding="utf-8"))["licence"]
        [text] = [file.read_text(encoding="utf-8") for file in folder.parent.glob("LICENSE*")]
        named = re.sub(r"[^a-z0-9.]", "", licence.lower())
        assert named in re.sub(r"[^a-z0-9.]", "", text.lower())


def test_no_path_of_the_machine_that_built_it(unpacked):
    for path in unpacked.rglob("*"):
        if path.is_file() and is_text(path.read_bytes()):
            text = path.read_text(encoding="utf-8")
            assert str(ROOT) not in text, path
            assert os.path.expanduser("~") + os.sep not in text, path


def test_an_upload_is_taken(archives):
    """What the plugin repository asks of a zip before it scans it."""
    for archive in archives:
        assert archive.stat().st_size < 25_000_000
        with zipfile.ZipFile(archive) as packed:
            names = packed.namelist()
            assert packed.testzip() is None
        assert len({name.lower() for name in names}) == len(names)  # one file on Windows and macOS
        assert {name.split("/")[0] for name in names} == {"xview2_qgis"}
        assert {"xview2_qgis/__init__.py", "xview2_qgis/metadata.txt", "xview2_qgis/LICENSE"} <= set(names)
        assert not [name for name in names if ".." in name or name.startswith("/") or "\\" in name]


def test_required_metadata(metadata):
    for key in REQUIRED:
        assert metadata[key].strip(), key
    for key in ("homepage", "repository", "tracker"):
        address = urlsplit(metadata[key])
        assert (address.scheme, bool(address.netloc)) == ("https", True)
    for key in ("experimental", "deprecated", "server"):
        assert metadata[key] in ("True", "False")
    assert metadata["hasProcessingProvider"] == "yes"
    assert re.fullmatch(r"\d+\.\d+\.\d+", metadata["version"])
    assert metadata["qgisMinimumVersion"] == "3.22"
    assert re.fullmatch(r"[^/]+", metadata["author"])
    assert re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]+", metadata["email"])
    assert (ROOT / metadata["icon"]).is_file()
    assert "supportsQt6" not in metadata  # without a meaning since 2026: the highest version says it


def test_metadata_names_what_comes_from_elsewhere(metadata):
    for word in ("Python", "rasterio", "ONNX Runtime", "CC BY-NC-SA 4.0", "GNU General Public License"):
        assert word in metadata["about"], word


def test_the_changelog_of_the_plugin_manager_wraps(metadata):
    """A word that is wider than the window, such as an address, makes its page scroll sideways."""
    changelog = metadata["changelog"]
    assert 0 < len(changelog) < 500
    assert max(map(len, changelog.split())) <= 30


def test_the_version_is_the_same_everywhere(metadata):
    from xview2_qgis.engine import __version__

    with open(ROOT / "pyproject.toml", "rb") as file:
        assert tomllib.load(file)["project"]["version"] == metadata["version"] == __version__


def test_the_licence_is_the_text_of_gpl_2():
    text = (ROOT / "LICENSE").read_text()
    assert "GNU GENERAL PUBLIC LICENSE\n                       Version 2, June 1991" in text
    assert "END OF TERMS AND CONDITIONS" in text
