"""The stores: each keeps the contract of ``logburl.search.store``."""
