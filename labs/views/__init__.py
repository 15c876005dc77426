"""Pages about programmes, labs, plans and milestones."""
