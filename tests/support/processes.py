"""New processes that begin with everything read: what each of them would do alone for two seconds is done once."""

import multiprocessing
from multiprocessing.context import ForkServerContext


def context() -> ForkServerContext:
    """Where processes come from: forks of one that has made a shop (tests/support/warm.py) and does nothing else."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["tests.support.warm"])
    return found
