"""One file → one `ModuleIndex`: a reduced, serialisable syntax tree."""
