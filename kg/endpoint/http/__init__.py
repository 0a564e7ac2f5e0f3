"""HTTP itself: connections, requests and responses, negotiation (RFC 9110)."""
