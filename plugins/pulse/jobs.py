"""What the worker does for pulse."""

from plugins.pulse.counting import count_due

__all__ = ["count_due"]
