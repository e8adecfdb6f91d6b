"""What every test stands on: a home of its own for anything stored, and no way out of this machine."""
