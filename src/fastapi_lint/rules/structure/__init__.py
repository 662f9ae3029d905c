"""Rules: Documentation, structure and tests."""
