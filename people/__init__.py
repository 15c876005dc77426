"""Who: users, organisations, posts, appointments, roles and API clients."""
