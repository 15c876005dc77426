"""What the pages of the kpis app show: one read per page, in a constant number of queries."""
