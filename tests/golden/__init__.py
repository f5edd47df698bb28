"""Golden digests: small units of every kind, and the SHA-256 of the bits of their results."""
