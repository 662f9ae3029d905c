"""Indexes as bytes: what is kept in the cache, and what one process sends to another."""

from __future__ import annotations

import msgspec

from fastapi_lint.index.nodes import ModuleIndex
from fastapi_lint.index.nodes.shared import shared
from fastapi_lint.index.recursion import deep_recursion

DAMAGE = (msgspec.MsgspecError, RecursionError, ValueError, TypeError)
"""What encoding or decoding raises for something that is no index, or that cannot be stored."""

_decoder = msgspec.msgpack.Decoder(ModuleIndex, dec_hook=shared)


def encode_index(index: ModuleIndex) -> bytes:
    """The bytes of an index; raises one of `DAMAGE` for one that cannot be stored."""
    try:
        return msgspec.msgpack.encode(index)
    except RecursionError:
        with deep_recursion():
            return msgspec.msgpack.encode(index)


def decode_index(entry: bytes | memoryview) -> ModuleIndex:
    """The index that was stored, the bodies of functions still to be decoded; raises one of `DAMAGE`."""
    try:
        return _decoder.decode(entry)
    except RecursionError:
        with deep_recursion():
            return _decoder.decode(entry)
