"""`python -m shop.webserver`: granian, with workers that start from scratch.

A forked one would inherit the handlers of its parent, and so not hear SIGTERM while it is still loading the shop:
stopping took ten seconds, and then a kill.
"""

import atexit
import multiprocessing
import os
import sys

from granian.cli import entrypoint


def leave_at_once() -> None:
    """End here: taking a whole shop apart, object by object, takes a busy machine longer than granian waits."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__mp_main__":  # in a worker; what was registered first is done last
    atexit.register(leave_at_once)
if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    entrypoint()  # type: ignore[no-untyped-call]
