"""The mask version: what decides which tokens are values, and so which lines share a signature.

The rules stand in ``kernel/src/mask.rs`` and in the twin, are spelled out slowly in ``tests/naive.py``, and shown by
examples in ``tests/ingest/test_masks.py``. A change of any of them is a new version, since the signatures of stored
lines would change.
"""

MASK_VERSION = 1
