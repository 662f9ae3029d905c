"""Rules: What runs on the event loop, and blocks it or escapes it."""
