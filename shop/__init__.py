"""Tuanzi: a light storefront for communities."""
