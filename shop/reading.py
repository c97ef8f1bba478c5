"""Read first by what starts a shop: while it is read nearly nothing is thrown away, and the collector, which would look
through all of it again and again, took a fifth of the time to the first answer.
"""

import gc

gc.disable()


def done() -> None:
    """The shop is read: what is made from now on is collected as ever."""
    gc.enable()
