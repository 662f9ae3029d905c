"""Rules: Security."""
