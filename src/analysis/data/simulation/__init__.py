"""The parts of a simulated study: people, visits, sessions, events and their source."""
