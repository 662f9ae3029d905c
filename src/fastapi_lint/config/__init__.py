"""Settings: `options` declares them, `sources` reads them, `settings` merges them, `selection` applies them.

`versions` finds out which library versions the checked project declares.
"""

from __future__ import annotations
