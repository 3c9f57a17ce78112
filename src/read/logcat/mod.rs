//! Line grammars.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format { Raw }
pub struct Line<'a> {
    pub format: Format,
    pub time: Option<Stamp>,
    pub pid: Option<u32>,
    pub tid: Option<u32>,
    pub uid: Option<std::borrow::Cow<'a, str>>,
    pub level: Option<char>,
    pub tag: Option<&'a str>,
    pub process: Option<&'a str>,
    pub message: &'a str,
}
