"""Named reads of the reviews app."""
