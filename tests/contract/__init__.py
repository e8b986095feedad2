"""What every adapter of a port must do, written once and run against each."""
