"""Text edits: made from syntax trees, combined, applied and written back safely."""
