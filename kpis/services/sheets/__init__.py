"""The spreadsheet of what is due: its columns, read back, taken as one act."""
