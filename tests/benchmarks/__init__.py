"""Scripts that measure the real programs. They print figures; no test depends on one."""
