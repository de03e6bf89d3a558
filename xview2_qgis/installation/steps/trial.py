"""The test of a new engine: all it imports is there, and the network of the default model really runs."""

from __future__ import annotations

import os

from ...engine_process.environment import ISOLATED, EngineEnvironment, clean_variables
from ...engine_process.probe import MODULES, PROGRAM, judge
from ...i18n.translation import tr
from ...protocol.codes import ExitCode
from ...protocol.plain_text import sentence
from ..outcome import InstallationError
from .child import Children


def try_engine(interpreter: str, children: Children) -> None:
    """Test an engine.

    Raises:
        InstallationError: it does not work.
        CancelledError: the user stopped the test.
    """
    variables = clean_variables(os.environ)
    ended = children.run([interpreter, *ISOLATED, "-c", PROGRAM, *MODULES], variables)
    problem = judge("\n".join(ended.lines).encode(), interpreter)
    if problem:
        raise InstallationError(
            tr("The installed engine does not work. {}").format(problem), tr("Try again: it is installed anew.")
        )
    command = EngineEnvironment(interpreter).arguments(["doctor"])
    ended = children.run([interpreter, *command], variables)
    # a default model that is not there yet is another page's business
    if ended.code < 0:
        raise InstallationError(
            tr("The test of the engine was ended from outside (signal {}).").format(-ended.code),
            tr("Try again: it is installed anew."),
        )
    if ended.code not in (ExitCode.DONE, ExitCode.MODEL):
        reason = sentence(ended.lines[-1]) if ended.lines else tr("exit code {}.").format(ended.code)
        raise InstallationError(
            tr("The installed engine does not run: {}").format(reason), tr("Look at the details, then try again.")
        )
