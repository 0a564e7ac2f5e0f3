"""A server elsewhere: asked, copied, written to."""
