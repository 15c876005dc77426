"""May this act be done? Asked by pages and API alike."""
