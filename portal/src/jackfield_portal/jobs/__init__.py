"""Work outside a request, behind a narrow port: enqueue, progress, cancel, state."""
