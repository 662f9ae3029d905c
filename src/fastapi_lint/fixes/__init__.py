"""From changes of the syntax tree to text edits, and from text edits to files.

`regions` and `imports` build the edits of one fix, `apply` puts the fixes of one file together, `passes`
repeats that over a project until nothing changes, `diff` shows and `files` writes the result. Only `regions`
needs libcst.
"""
