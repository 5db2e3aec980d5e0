"""Graph analysis: components, critical path, waves, transitive reduction."""
