"""Pages about people: organisations, posts, accounts, invitations, tokens."""
