"""One unit of work each, executed by Ray, and the fan-out over them."""
