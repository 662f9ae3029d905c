"""Facts about libraries, as TOML data beside this file, and the code that reads them.

Everything is keyed by canonical qualified name (`canonical.canonical`). Each library has a file of its own,
named after its top-level package, so that a run reads only what the checked project imports.
"""
