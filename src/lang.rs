//! The two languages of every sentence that a user reads.

/// English or Chinese.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    #[default]
    En,
    Zh,
}

impl Lang {
    /// From `PUSHDOCTOR_LANG`, `LC_ALL`, `LC_MESSAGES`, `LANG`: whatever begins with `zh` is
    /// Chinese; `C` and `POSIX` are no preference.
    pub fn from_environment() -> Self {
        for name in ["PUSHDOCTOR_LANG", "LC_ALL", "LC_MESSAGES", "LANG"] {
            let value = std::env::var(name).unwrap_or_default();
            if value.is_empty() || value.starts_with("C.") || value == "C" || value == "POSIX" {
                continue;
            }
            return if value.to_ascii_lowercase().starts_with("zh") { Lang::Zh } else { Lang::En };
        }
        Lang::En
    }

    /// The text in this language.
    pub fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

/// One sentence in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bilingual {
    pub en: String,
    pub zh: String,
}

impl Bilingual {
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Bilingual { en: en.into(), zh: zh.into() }
    }

    /// The text in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.zh)
    }

    pub fn is_empty(&self) -> bool {
        self.en.is_empty()
    }
}
