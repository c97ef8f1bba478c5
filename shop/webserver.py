"""`python -m shop.webserver`: granian, with workers that start from scratch.

A forked one would inherit the handlers of its parent, and so not hear SIGTERM while it is still loading the shop:
stopping took ten seconds, and then a kill.
"""

import multiprocessing

from granian.cli import entrypoint

if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    entrypoint()  # type: ignore[no-untyped-call]
