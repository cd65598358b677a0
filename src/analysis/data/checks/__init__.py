"""The rules that raw data must keep, one room a kind."""
