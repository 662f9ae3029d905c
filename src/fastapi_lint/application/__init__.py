"""Many module indexes → one application: symbols, types, routes, dependencies, models, the event loop."""
