"""What tests start from: rows, personas, states."""
