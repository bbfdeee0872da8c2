//! What the hub knows of schools: GIAS extracts, successor links and rolls, read and checked.
