//! Rows to records: what each field of each known log means.
