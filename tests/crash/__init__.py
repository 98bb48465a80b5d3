"""Kill -9 at every call and every commit of a story, start again, and count."""
