"""Providers that speak their own protocol on this machine."""
