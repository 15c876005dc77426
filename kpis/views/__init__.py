"""Pages of the kpis app: load, ask permission, one service call, answer."""
