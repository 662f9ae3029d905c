"""Facts about libraries, as TOML data beside this file, and the code that reads them."""
