"""For all tests."""


def pytest_make_parametrize_id(val, argname):
    """Name a case of bytes by its argument: workers that draw bytes for themselves must agree on the names of tests."""
    return argname if isinstance(val, bytes) else None
