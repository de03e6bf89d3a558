"""Opening a session: in this process, or on a cluster where one is named."""

from __future__ import annotations

from importlib.util import find_spec

from ...protocol.options.assessment import AssessmentParameters
from ..errors import RuntimeFailure
from ..session import Session


def session_of(parameters: AssessmentParameters) -> Session:
    """Return a session for the model, the device and the scheduler that the parameters of a run name.

    Raises:
        RuntimeFailure: a scheduler is named, and Dask is not installed (``cluster-package``).
    """
    if parameters.scheduler is None:
        return Session.of(parameters)
    if find_spec("distributed") is None:
        raise RuntimeFailure(
            "--scheduler needs a package that is not installed (dask.distributed)",
            "install xview2-qgis[cluster], or leave --scheduler out", "cluster-package",
        )  # fmt: skip
    from .session import ClusterSession  # Dask takes a second

    return ClusterSession.of(parameters)
