"""A Kubernetes API server for tests: stateful, with controllers, authorisation by its own RBAC objects, and faults."""
