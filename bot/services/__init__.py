"""One method per use case: a typed request in, a typed result out, one transaction."""
