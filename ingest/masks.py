"""The mask version: what decides which tokens are values, and so which lines share a signature.

The rules stand in ``kernel/src/token.rs`` and ``twin.py``, spelled out slowly in ``tests/naive.py``. A change of any
of them is a new version, since the signatures of stored lines would change.
"""

MASK_VERSION = 1
