"""Charts of a series: what is drawn (``data``), how (``spec``), and the SVG of it (``draw``).

chart = data.SeriesChart(...)              plain values, made by a view from selectors
draw.svg(spec.build(chart, width=…))       a Vega-Lite specification, rendered once per content
"""
