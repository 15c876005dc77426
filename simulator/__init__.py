"""A synthetic government lived through the real services, under a virtual clock.

Only clock and chance are given (ledger.wallclock, ledger.entropy; ADR 18). It works in a
scratch database of its own and never touches an installation's.
"""
