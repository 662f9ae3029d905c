"""Random edits of real Python files: whoever says that an edit changes nothing is asked again and again.

Edits are functions from text and `random.Random` to text that parses, or None where they do not apply. They work on
positions of the syntax tree; the same seed makes the same edit.
"""
