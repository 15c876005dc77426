"""What we intend: programmes, labs, plans, revisions and stress tests."""
