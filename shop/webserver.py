"""The web server: granian, whose workers are forks of a process that has read the whole shop already.

So a worker costs the machine only what it changes, and one that died is replaced in a moment.
"""

import multiprocessing
import os

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from shop.children import HOW, on_my_own


def run(host: str, port: int, *, workers: int, patience: int) -> None:
    """Answer at this place until told to stop; what is in hand may take `patience` seconds more."""
    multiprocessing.set_start_method(HOW, force=True)
    if HOW == "fork":
        os.register_at_fork(after_in_child=_begin)
    Granian(
        "shop.app:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=workers,
        blocking_threads=4,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=patience,
        log_level=LogLevels.warning,
    ).serve()


def _begin() -> None:
    on_my_own("shop web worker")
