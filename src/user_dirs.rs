//! Where the user's own files lie on this platform.

use std::path::PathBuf;

use etcetera::BaseStrategy;

/// The config folder of pushdoctor: the overlay, notes and the key of the pseudonyms.
pub fn config() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("pushdoctor"))
}
