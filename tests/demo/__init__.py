"""The demo's log: recorded from a real PostgreSQL under a real load, with and without a fault."""
