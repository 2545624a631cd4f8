"""pytest's own help for testing how pytest behaves."""

pytest_plugins = ["pytester"]
