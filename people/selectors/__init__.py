"""Named reads about people: who holds what, who acts, which days are worked."""
