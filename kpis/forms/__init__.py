"""Forms of the kpis app."""
