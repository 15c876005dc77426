"""Programmes that start from a template: a data file, loaded through the services of the others."""
