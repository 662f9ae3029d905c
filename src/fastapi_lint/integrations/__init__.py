"""fastapi-lint inside other tools."""
