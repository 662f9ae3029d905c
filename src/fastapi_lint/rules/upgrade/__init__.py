"""Rules: Deprecated and removed spellings."""
