"""Insight: what links brought, for the people who posted them."""
