"""People: somebody with an account, who may hold several roles."""
