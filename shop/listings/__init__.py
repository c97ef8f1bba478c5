"""Listings and offers: this product is shown in this community, and the ways to get it."""
