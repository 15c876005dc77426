"""The demonstration: real figures, replayed in date order through the services.

Top of the import order. Figures are public facts (demo/data); names of people,
the words they use and the days they take are illustrative and marked so.
"""
