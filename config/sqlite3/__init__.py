"""SQLite as Django speaks it, with as many values per statement as SQLite itself takes."""
