"""What findings in other files may lean on in the body of a function.

The findings in a file follow from the file itself, from the headers and classes of the project, and from what the
analyses below make of the bodies of functions in other files. Each of them says so, by `Function.reveal`, before it
looks into a body, or hands out what it has found there earlier. So after an edit within a body it is known whether
findings in other files can change: see `linter/partial.py`.

An analysis whose result only ever matters to findings in the file of the body reveals nothing.
"""

from __future__ import annotations

NOTHING = 0
"""Findings in the file of the body are all that leans on it."""

SOMETHING = 1
"""Anything that the others do not stand for. No two bodies are alike in this."""

RETURNED = 2
"""`Inference.returned`."""

YIELDED = 4
"""`Inference.yielded`."""

STEPS = 8
"""`Steps.of`, for the event loop: which functions the body runs, and how."""

CALLED_PARAMETERS = 16
"""`CalledParameters`: which parameters are called."""

PASSED_ON = 32
"""The functions whose result is returned as it is: see `answers.py`."""

FIRST_TIME = 64
"""`FirstTime`: which lines are executed once."""

ASSIGNED = 128
"""What a method assigns to attributes of its object, and a function to global variables."""

OPENED = 256
"""`OpenedResources`: what a function opens for its caller."""

CHANGED = 512
"""`Effects`: what a function changes, and what it calls for that."""

NEVER_RETURNS = 1024
"""`NeverReturns`: whether the end of the body may be reached."""

TRANSFORMED = 2048
"""`FieldTransforms`: which values a validator replaces."""

RAISED = 4096
"""`Security.outcomes`: which HTTP errors are raised, and what is called that may raise others."""
