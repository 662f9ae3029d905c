"""Rules: Lifecycle, middleware, errors, background tasks and WebSockets."""
