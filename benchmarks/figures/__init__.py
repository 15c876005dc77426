"""The figures, one module per subject; each is found by itself."""
