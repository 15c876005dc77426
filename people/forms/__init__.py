"""Forms of the people app, and what forms of every app do with a refusal."""
