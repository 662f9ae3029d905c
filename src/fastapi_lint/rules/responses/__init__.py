"""Rules: Responses and models."""
