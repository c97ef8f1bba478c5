"""Ready-made people, communities, merchants, products and listings for tests that are about something else."""

from shop.testing.goods import *  # noqa: F403 (it lives where plugin authors find it)
