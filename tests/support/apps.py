"""A shop for one test."""

from shop.testing.apps import *  # noqa: F403 (it lives where plugin authors find it)
