//! A team's own folder over the built-in catalogue.
