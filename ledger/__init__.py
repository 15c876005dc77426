"""What happened: events, seals and deliveries."""
