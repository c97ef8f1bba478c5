"""Apps: what a community pays the site for a plugin, and until when it may use it."""
