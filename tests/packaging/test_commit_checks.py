"""What is checked before a commit is what ``make lint`` checks."""

import re

import yaml

from tests.checkout import ROOT


def test_the_hooks_are_the_commands_of_make_lint():
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    commands = re.findall(r"\$\(VENV\)/(.*?)(?: \.)? \|\|", recipe)
    assert len(commands) == 3
    configuration = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook for repository in configuration["repos"] for hook in repository["hooks"]]
    assert [hook["entry"] for hook in hooks] == [f".venv/bin/{command}" for command in commands]
    assert {hook["language"] for hook in hooks} == {"system"}


def test_forms_for_issues_can_be_read():
    for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        form = yaml.safe_load(path.read_text())
        assert {"name", "description", "body"} <= set(form), path.name
