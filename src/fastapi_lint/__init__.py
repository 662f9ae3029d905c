"""fastapi-lint: reads a whole FastAPI application without running it and reports anti-patterns."""

__version__ = "0.1.0"
