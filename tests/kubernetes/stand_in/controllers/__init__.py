"""What makes pods of workloads, step by step."""
