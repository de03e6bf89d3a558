"""A deadlock fails the test instead of stopping it."""

import threading

PATIENCE_S = 20  # far more than needed; only a deadlock reaches it


def nothing():
    """No reason to stop."""


def ends(function):
    """Run a function in a thread and return its outcome, a value or an error; no thread may be left behind."""
    outcome, before = [], set(threading.enumerate())

    def call():
        try:
            outcome.append(function())
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    assert not thread.is_alive(), "deadlock"
    assert set(threading.enumerate()) <= before
    return outcome[0]
