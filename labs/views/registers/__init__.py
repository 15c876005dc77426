"""Pages of the registers and reference lists."""
