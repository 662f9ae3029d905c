"""Rules: Routes and their parameters."""
