"""Databases made by migrating, once for each engine, then copied for every test."""

from shop.testing.databases import *  # noqa: F403 (it lives where plugin authors find it)
