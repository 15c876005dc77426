"""The spreadsheet of what is due: written, filled in, read back, taken as one act."""
