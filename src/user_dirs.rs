//! Where the user's own files lie on this platform.

use std::path::PathBuf;

use etcetera::BaseStrategy;

/// The config folder of pushdoctor: the overlay, notes and the key of the pseudonyms.
pub fn config() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("pushdoctor"))
}

/// The state folder of pushdoctor: what it has to remember between two runs. Platforms without such
/// a folder keep it beside the data.
pub fn state() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.state_dir().unwrap_or_else(|| base.data_dir()).join("pushdoctor"))
}
