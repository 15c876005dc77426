"""Named reads of programmes, labs, plans and milestones."""
