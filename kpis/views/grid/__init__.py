"""The entry grid and the spreadsheet of what is due."""
