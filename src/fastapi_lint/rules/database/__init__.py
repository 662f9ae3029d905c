"""Rules: Database sessions and queries."""
