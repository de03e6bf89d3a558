"""The workflows, as far as they can be checked where they cannot run: form, pins, rights, and what they call."""

import re

import pytest
import yaml

from tests.checkout import ROOT
from tests.packaging.scripts import script

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
#: Commands of the runners and containers.
KNOWN = {"apt-get", "git", "python", "/usr/bin/python3", "make", "cd", "sha256sum", "gh", ".ci/run", "version"}


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def workflow(request):
    return yaml.safe_load(request.param.read_text(encoding="utf-8"))


def jobs(workflow):
    assert workflow["jobs"]
    return workflow["jobs"].values()


def commands(job):
    """The commands of a job, once for each entry of its matrix."""
    entries = job.get("strategy", {}).get("matrix", {}).get("include", [{}])
    for step in job["steps"]:
        for entry in entries if "run" in step else ():
            text = step["run"]
            for key, value in entry.items():
                text = text.replace("${{ matrix." + key + " }}", str(value))
            assert "${{" not in text, "what comes from outside goes through env"
            for line in text.replace("\\\n", " ").splitlines():
                yield from (command.strip() for command in line.split("&&") if command.strip())


def test_there_are_workflows_for_changes_and_for_releases():
    assert [path.name for path in FILES] == ["release.yml", "test.yml"]


def test_a_workflow_has_what_one_needs(workflow):
    # the key `on` is a truth value to YAML 1.1
    assert set(workflow) <= {"name", True, "permissions", "concurrency", "env", "jobs"}
    assert workflow[True]
    for job in jobs(workflow):
        assert job["timeout-minutes"] <= 60
        # a moving name would be another system one day
        assert "latest" not in job["runs-on"] + job.get("container", "")
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step)


def test_actions_are_pinned_by_commit_and_say_their_release():
    for path in FILES:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
        assert lines
        for line in lines:
            assert re.fullmatch(r" +(- )?uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_the_same_action_is_the_same_everywhere():
    pins = {}
    for path in FILES:
        for name, pin in re.findall(r"uses: (\S+)@(.+)", path.read_text(encoding="utf-8")):
            pins.setdefault(name, set()).add(pin)
    assert {name: found for name, found in pins.items() if len(found) != 1} == {}


def test_rights_are_the_least(workflow):
    assert workflow["permissions"] == {"contents": "read"}
    writing = [job["permissions"] for job in jobs(workflow) if "permissions" in job]
    assert writing == ([{"contents": "write"}] if workflow["name"] == "release" else [])
    for job in jobs(workflow):
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
    # neither runs with rights on the code of strangers
    assert not {"pull_request_target", "workflow_run"} & set(workflow[True])


def test_everything_that_is_called_exists(workflow):
    called = [command for job in jobs(workflow) for command in commands(job)]
    assert called
    for command in called:
        first = re.match(r"[^\s=]+", command)[0]
        assert first in KNOWN, command
        for target in re.findall(r"^make ([a-z0-9-]+)", command):
            assert target in TARGETS, command
        for path in re.findall(r"(?<![\w/])(?:packaging|xview2_qgis|\.ci)/[\w./-]+", command):
            assert (ROOT / path).is_file(), command


def test_every_qgis_that_the_plugin_is_for_is_tested():
    job = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))["jobs"]["qgis"]
    entries = job["strategy"]["matrix"]["include"]
    assert [entry["qgis"] for entry in entries] == ["3.22", "3.40", "3.44", "4.2"]
    for entry in entries:
        # an image of another version, or Debian's own QGIS
        assert entry["image"].partition(":")[2].startswith(entry["qgis"]) or "qgis" in entry["packages"]
    assert {"make set-up", "make test-qgis"} <= set(commands(job))


@pytest.mark.parametrize(
    ("found", "wanted", "same"),
    [
        ("3.44.5-Solothurn", "3.44", True),
        ("4.2", "4.2", True),
        ("4.20.1", "4.2", False),
        ("3.4-Madeira", "3.44", False),
    ],
)
def test_the_version_of_the_container_is_checked(found, wanted, same):
    assert script("qgis_version").is_version(found, wanted) is same
