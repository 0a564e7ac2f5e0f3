"""Processes beside the front, and the frames by which they talk with it."""
