"""Where lines come from, one module a service. They do not know each other."""
