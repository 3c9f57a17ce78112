//! `--sls`: which store is asked for what, by what is known of the phone.

use super::output;
use crate::aliyun::sls::SlsError;
use crate::config::Config;
use crate::environment::Environment;
use crate::lang::{Bilingual, Lang};
use crate::source::server_log::filter::Filter;
use crate::source::server_log::reader::{OnRecord, ServerReading};
use crate::source::server_log::record::RecordKind;
use crate::source::sls::{self, SlsConfig, Store};

/// The log service of the config.
pub struct LogService {
    environment: Environment,
    config: SlsConfig,
}

impl LogService {
    /// Connects as `[sls]` says; nothing is asked yet.
    ///
    /// # Errors
    /// One sentence that names the key of the config, or what is wrong with the surroundings.
    pub fn connect(config: &Config, lang: Lang) -> anyhow::Result<Self> {
        let environment = Environment::of_process();
        let message = |text: Bilingual| anyhow::Error::msg(text.get(lang).to_owned());
        let settings = SlsConfig::from_config(config, &environment).map_err(message)?;
        sls::connect(&settings, &environment).map_err(|e| message(e.sentence()))?;
        Ok(LogService { environment, config: settings })
    }

    /// Reads what the stores have for any of the filters, each record once. A store that the config
    /// does not name is passed over where `all` are not needed, with a remark.
    ///
    /// # Errors
    /// Where a store answered nothing at all.
    pub fn read(
        &self,
        filters: &[Filter],
        all: bool,
        reading: &mut ServerReading<'_, '_>,
        on_record: &mut OnRecord<'_>,
        lang: Lang,
    ) -> Result<(), SlsError> {
        for store in [Store::Report, Store::Forward] {
            if !filters.iter().any(|f| asks(f, store)) {
                continue;
            }
            if let Err(error) = self.config.logstore(store) {
                if all {
                    return Err(error);
                }
                output::complain(error.sentence().get(lang));
                continue;
            }
            // Each store has its own budget of time.
            let client = sls::connect(&self.config, &self.environment)?;
            for (at, filter) in filters.iter().enumerate().filter(|(_, f)| asks(f, store)) {
                let earlier: Vec<&Filter> = filters.iter().take(at).filter(|f| asks(f, store)).collect();
                reading.store(&client, &self.config, store, filter, &mut |record, path| {
                    let fresh = filter.takes(&record) && !earlier.iter().any(|f| f.takes(&record));
                    !fresh || on_record(record, path)
                })?;
            }
        }
        Ok(())
    }
}

/// Whether the records that a filter asks for stand in a store.
fn asks(filter: &Filter, store: Store) -> bool {
    let here = |kind: &RecordKind| (*kind == RecordKind::Report) == (store == Store::Report);
    // A gateway row holds no message and no vendor token.
    let nowhere = store == Store::Report && (filter.message.is_some() || filter.token.is_some());
    !nowhere && (filter.kinds.is_empty() || filter.kinds.iter().any(here))
}
