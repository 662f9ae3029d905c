"""Rules: Dependencies."""
