"""Who decides and what was decided: forums, motions, votes and decisions."""
