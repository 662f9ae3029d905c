"""What no fix may lose."""

from __future__ import annotations

import io
import tokenize
from collections import Counter


def comments(text: str) -> Counter[str]:
    """Every comment with how often it is there."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)
