"""What we measure: KPIs, series, targets, readings, signals and deviations."""
