"""One process that forks, one corpus and one count of what was tried, for all tests of this folder."""

from __future__ import annotations

import pytest

from tests.fuzz.corpus import Corpus
from tests.fuzz.engine_forks import EngineForks

_TRIED = pytest.StashKey[set[str]]()


@pytest.fixture(scope="session")
def forks():
    with EngineForks() as forks:
        yield forks


@pytest.fixture(scope="session")
def corpus(tmp_path_factory, forks):
    folder = tmp_path_factory.mktemp("corpus")
    corpus = Corpus.made_in(folder)
    ending = forks.run(corpus.arguments(corpus.earlier), folder, {"XVIEW2_CACHE": str(folder / "cache")})
    assert ending.code == 0, ending.err
    return corpus


@pytest.fixture(scope="session")
def tried(request):
    """Digests of the inputs, to tell how many different ones there were."""
    digests = request.config.stash.setdefault(_TRIED, set())
    yield digests
    if hasattr(request.config, "workeroutput"):  # of pytest-xdist
        request.config.workeroutput["tried"] = sorted(digests)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    node.config.stash.setdefault(_TRIED, set()).update(getattr(node, "workeroutput", {}).get("tried", ()))


def pytest_terminal_summary(terminalreporter, config):
    if digests := config.stash.get(_TRIED, set()):
        terminalreporter.write_line(f"{len(digests)} different bad inputs")
