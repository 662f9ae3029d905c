"""What all nodes of the index have in common."""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct, array_like=True, eq=False, gc=False):
    """Base of all nodes of the index."""
