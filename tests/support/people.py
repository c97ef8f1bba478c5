"""People for tests, and their way in without a form."""

from shop.testing.people import *  # noqa: F403 (it lives where plugin authors find it)
