"""Merchants: sellers and their staff."""
