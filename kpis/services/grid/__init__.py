"""What the entry grid does: keep one cell, and say who has which cell open."""
