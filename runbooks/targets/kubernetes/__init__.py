"""Workloads on Kubernetes, reached over the API as kubectl reaches them."""
