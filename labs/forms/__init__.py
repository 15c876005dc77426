"""What people fill in about programmes, labs, plans and milestones."""
