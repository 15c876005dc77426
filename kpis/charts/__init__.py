"""Charts of a series: what is drawn (``data``), how (``spec``), and its picture (``draw``).

A view makes a ``data.SeriesChart`` of plain values and asks ``draw.svg`` for the SVG,
which a Vega-Lite specification describes.
"""
