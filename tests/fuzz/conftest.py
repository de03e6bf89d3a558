"""One process that forks, one corpus and one count of what was tried, for all tests of this folder."""

from __future__ import annotations

import pytest

from tests.fuzz.corpus import Corpus
from tests.fuzz.engine_forks import EngineForks


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
    """Digests of the inputs; their number is told at the end."""
    digests: set[str] = set()
    yield digests
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and digests:
        reporter.write_line(f"\n{len(digests)} distinct bad inputs")
