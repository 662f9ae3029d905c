"""Rules: the linter itself."""
