//! Pure arithmetic on slices and counts: one statistical method a file. This room imports nothing of ours and does no I/O.
