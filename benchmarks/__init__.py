"""Measures the product against its targets: `make bench`."""
