"""How many statements a page costs."""

from shop.testing.sql import *  # noqa: F403 (it lives where plugin authors find it)
