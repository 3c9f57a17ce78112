//! Web pages that proxies and captive portals send in the place of an answer: recognised, and named by
//! their title, as that is what the user sees in a browser.

/// Whether a body begins as a web page does.
pub fn looks_like_html(body: &[u8]) -> bool {
    let start = body.get(..body.len().min(512)).unwrap_or_default().to_ascii_lowercase();
    let text = String::from_utf8_lossy(&start);
    let text = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    text.starts_with('<') && (text.contains("<html") || text.contains("<!doctype") || text.contains("<head"))
}

/// What the page calls itself; empty if it does not.
pub fn title(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body.get(..body.len().min(4096)).unwrap_or_default()).into_owned();
    let lower = text.to_ascii_lowercase();
    let inner = lower.find("<title>").and_then(|at| {
        let from = at + "<title>".len();
        let to = from + lower.get(from..)?.find('<')?;
        text.get(from..to)
    });
    crate::read::harmless(inner.unwrap_or_default().trim()).chars().take(80).collect()
}
