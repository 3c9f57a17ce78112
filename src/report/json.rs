//! stub
use super::*;
/// stub
pub fn render(_: &Diagnosis, _: &RenderOptions, _: &Redactor) -> String { String::new() }
