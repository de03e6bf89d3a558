"""The C library accepts the request where there is one, and nothing breaks where there is none."""

import platform

from training.data.allocation import keep_freed_memory


def test_request_is_accepted_on_glibc():
    on_glibc = platform.system() == "Linux" and platform.libc_ver()[0] == "glibc"
    assert keep_freed_memory() == on_glibc
