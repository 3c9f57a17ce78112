//! Reads files of `error-codes/` and refuses what is broken, in one sentence that names file and entry.

use super::schema::*;

/// Reads a file of codes and lints it.
///
/// `path` is only for messages. Errors are one sentence that names the file and the entry.
pub fn parse_codes(path: &str, vendor: &str, side: &str, text: &str) -> Result<Vec<Code>, String> {
    let file: CodeFile = toml::from_str(text).map_err(|e| syntax(path, &e.to_string()))?;
    let mut seen = std::collections::HashSet::new();
    let mut codes = file.code;
    for code in &mut codes {
        code.vendor = Text::Owned(vendor.to_owned());
        code.side = Text::Owned(side.to_owned());
        let at = format!("{path}: code \"{}\"", code.code);
        for spelling in std::iter::once(&code.code).chain(code.aliases.iter()) {
            if spelling.trim().is_empty() {
                return Err(format!("{at}: the code is empty; write it as the vendor does"));
            }
            if !seen.insert(spelling.to_ascii_lowercase()) {
                return Err(format!("{at}: \"{spelling}\" stands twice in this file; keep one"));
            }
        }
        if code.source.is_empty() {
            return Err(format!("{at}: no source; name a page or write \"no public source found\""));
        }
        for (language, words) in [("en", &code.en), ("zh", &code.zh)] {
            lint_words(&at, language, words)?;
            if words.cause.trim().is_empty() || words.fix.is_empty() {
                return Err(format!("{at}: {language} needs both cause and fix"));
            }
        }
    }
    Ok(codes)
}

/// Reads `findings.toml` and lints it.
pub fn parse_findings(path: &str, text: &str) -> Result<Vec<Finding>, String> {
    let file: FindingFile = toml::from_str(text).map_err(|e| syntax(path, &e.to_string()))?;
    let mut seen = std::collections::HashSet::new();
    for finding in &file.finding {
        let at = format!("{path}: finding \"{}\"", finding.id);
        if !seen.insert(finding.id.clone()) {
            return Err(format!("{at} stands twice; keep one"));
        }
        if !finding.id.starts_with(&format!("{}.", finding.link.as_str())) {
            return Err(format!("{at}: the id must begin with its link, \"{}.\"", finding.link.as_str()));
        }
        lint_words(&at, "en", &finding.en)?;
        lint_words(&at, "zh", &finding.zh)?;
    }
    Ok(file.finding)
}

/// Reads a `vendor.toml` and lints it.
pub fn parse_vendor(path: &str, id: &str, text: &str) -> Result<Vendor, String> {
    let mut vendor: Vendor = toml::from_str(text).map_err(|e| syntax(path, &e.to_string()))?;
    vendor.id = Text::Owned(id.to_owned());
    let mut seen = std::collections::HashSet::new();
    for signature in vendor.signature.iter() {
        lint_signature(path, id, signature)?;
        if !seen.insert(signature.id.clone()) {
            return Err(format!("{path}: signature \"{}\" stands twice; keep one", signature.id));
        }
    }
    for pattern in vendor.channels.iter() {
        regex::Regex::new(pattern).map_err(|e| format!("{path}: channels: {e}"))?;
    }
    for rule in vendor.rom.iter() {
        for test in rule.when.iter().chain(rule.any.iter()).chain(rule.unless.iter()) {
            regex::Regex::new(&test.value)
                .map_err(|e| format!("{path}: rom \"{}\", key {}: {e}", rule.rom, test.key))?;
        }
        regex::Regex::new(&rule.version_pattern)
            .map_err(|e| format!("{path}: rom \"{}\": version_pattern: {e}", rule.rom))?;
    }
    for answer in vendor.answer.iter() {
        lint_answer(path, &vendor.sides, answer)?;
    }
    for limit in vendor.limit.iter() {
        lint_limit(path, &vendor.sides, limit)?;
    }
    for route in vendor.route.iter() {
        let at = format!("{path}: route \"{}\"", route.id);
        let pattern = regex::Regex::new(&route.pattern).map_err(|e| format!("{at}: {e}"))?;
        if !pattern.is_match(&route.sample) {
            return Err(format!("{at}: the pattern does not match its own sample"));
        }
    }
    for service in vendor.service.iter() {
        lint_service(path, service)?;
    }
    for collect in vendor.collect.iter() {
        lint_collect(path, collect)?;
    }
    if let Some(ask) = &vendor.ask {
        lint_ask(path, ask)?;
    }
    if let Some(app) = &vendor.app {
        lint_app(path, app)?;
    }
    Ok(vendor)
}

/// A limit counts something, and names codes of sides that exist.
fn lint_limit(path: &str, sides: &[Text], limit: &Limit) -> Result<(), String> {
    let at = format!("{path}: limit \"{}\"", limit.class);
    if limit.per_device_day_news != 0 && limit.per_device_day_news < limit.per_device_day {
        return Err(format!("{at}: per_device_day_news is lower than per_device_day"));
    }
    for code in limit.codes.iter() {
        if !code
            .split_once('.')
            .is_some_and(|(side, code)| sides.iter().any(|s| s == side) && !code.is_empty())
        {
            return Err(format!("{at}: write \"{code}\" as side.code, with a side of this vendor"));
        }
    }
    if limit.all && (limit.default || !limit.names.is_empty()) {
        return Err(format!("{at}: all goes with neither names nor default"));
    }
    Ok(())
}

/// The lint of what an app must hold.
fn lint_app(path: &str, app: &AppRules) -> Result<(), String> {
    let whole = |pattern: &str| regex::Regex::new(&format!("^(?:{pattern})$"));
    for pattern in app.placeholders.iter() {
        whole(pattern).map_err(|e| format!("{path}: app.placeholders: {e}"))?;
    }
    for meta in app.meta.iter() {
        whole(&meta.form).map_err(|e| format!("{path}: app.meta \"{}\": form: {e}", meta.name))?;
    }
    for component in app.component.iter() {
        let at = format!("{path}: app.component \"{}\"", component.set);
        if component.names.is_empty() {
            return Err(format!("{at}: no names; name at least one class"));
        }
        if !["service", "receiver", "activity", "provider"].contains(&component.kind.as_ref()) {
            return Err(format!(
                "{at}: kind is service, receiver, activity or provider, not \"{}\"",
                component.kind
            ));
        }
        if !component.process.is_empty() && !component.process.starts_with(':') {
            return Err(format!("{at}: a process of the app begins with \":\""));
        }
    }
    for file in app.file.iter() {
        let pointers =
            file.has.iter().chain(file.app_id.iter()).chain(file.workspace.iter()).chain(file.package.iter());
        for pointer in pointers {
            if !pointer.starts_with('/') {
                return Err(format!(
                    "{path}: app.file \"{}\": \"{pointer}\" is no JSON pointer; begin it with /",
                    file.name
                ));
            }
        }
        for fit in file.fits.iter() {
            if !fit.pointer.starts_with('/')
                || fit.template.matches('{').count() != fit.template.matches("{/").count()
            {
                return Err(format!(
                    "{path}: app.file \"{}\": fits wants JSON pointers, which begin with /",
                    file.name
                ));
            }
        }
        if file.has.is_empty() {
            return Err(format!(
                "{path}: app.file \"{}\": has is empty, so every JSON file would be it",
                file.name
            ));
        }
    }
    Ok(())
}

/// A package name goes into commands on the phone, so nothing else may stand there.
pub fn lint_service(path: &str, service: &Service) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    if service.package.is_empty() || !service.package.chars().all(plain) {
        return Err(format!("{path}: service \"{}\" is no package name", service.package));
    }
    Ok(())
}

/// A command for the phone: one program that only looks, and a plain file name.
pub fn lint_collect(path: &str, collect: &Collect) -> Result<(), String> {
    let at = format!("{path}: collect \"{}\"", collect.command);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    if collect.file.is_empty() || collect.file.starts_with('.') || !collect.file.chars().all(plain) {
        return Err(format!(
            "{at}: file \"{}\" must be a plain name in lower case, as logcat.txt",
            collect.file
        ));
    }
    for command in std::iter::once(&collect.command).chain(collect.otherwise.iter()) {
        if command.trim().is_empty() {
            return Err(format!("{at}: a command is empty"));
        }
        if command.chars().any(|c| c.is_control() || ";&|<>`$\\".contains(c)) {
            return Err(format!("{at}: \"{command}\" must be one command without shell characters"));
        }
        for word in ["{package}", "{service}"] {
            if command.contains(word) != collect.command.contains(word) {
                return Err(format!("{at}: {word} must stand in every command of otherwise too"));
            }
        }
    }
    if collect.source.trim().is_empty() {
        return Err(format!("{at}: no source"));
    }
    Ok(())
}

/// The words for a customer: the same number of steps in both languages, one line each.
fn lint_ask(path: &str, ask: &Ask) -> Result<(), String> {
    let at = format!("{path}: ask");
    if ask.source.is_empty() {
        return Err(format!("{at}: no source; name a page or write \"no public source found\""));
    }
    if ask.en.steps.len() != ask.zh.steps.len() || ask.en.send.len() != ask.zh.send.len() {
        return Err(format!("{at}: English and Chinese need the same number of steps and of things to send"));
    }
    if ask.en.unverified.is_empty() != ask.zh.unverified.is_empty() {
        return Err(format!("{at}: unverified must stand in both languages or in none"));
    }
    if ask.basis != Basis::Documented && ask.en.unverified.is_empty() {
        return Err(format!(
            "{at}: with basis {} say in unverified what was not confirmed",
            ask.basis.as_str()
        ));
    }
    for words in [&ask.en, &ask.zh] {
        for text in words.steps.iter().chain(words.send.iter()) {
            if text.trim().is_empty() || text.chars().any(char::is_control) {
                return Err(format!("{at}: steps and send hold one line of text each"));
            }
        }
        if words.steps.is_empty() {
            return Err(format!(
                "{at}: no steps; name some, or leave the table out for the general way alone"
            ));
        }
    }
    Ok(())
}

/// The lint of one shape of answer; that it reads its sample is proved by the tests.
fn lint_answer(path: &str, sides: &[Text], answer: &Answer) -> Result<(), String> {
    let at = format!("{path}: answer of {} with sample_code \"{}\"", answer.side, answer.sample_code);
    if !sides.contains(&answer.side) {
        return Err(format!("{at}: sides does not list \"{}\"", answer.side));
    }
    if answer.code.is_empty() {
        return Err(format!("{at}: no pointer in code, so it could never carry one"));
    }
    for pointer in answer.has.iter().chain(answer.lacks.iter()).chain(answer.code.iter()) {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err(format!("{at}: \"{pointer}\" is no JSON pointer; begin it with /"));
        }
    }
    if !answer.join.is_empty() && (answer.code_is_key || !answer.fixed.is_empty()) {
        return Err(format!("{at}: join goes with neither code_is_key nor fixed"));
    }
    regex::Regex::new(&answer.code_pattern).map_err(|e| format!("{at}: code_pattern: {e}"))?;
    Ok(())
}

/// The lint of one signature that needs no log reader.
pub fn lint_signature(path: &str, vendor: &str, signature: &Signature) -> Result<(), String> {
    let at = format!("{path}: signature \"{}\"", signature.id);
    if !signature.id.starts_with(&format!("{vendor}.")) {
        return Err(format!("{at}: the id must begin with \"{vendor}.\""));
    }
    if signature.literals.is_empty() {
        return Err(format!("{at}: no literals, so the scan could never find it; name at least one"));
    }
    for literal in signature.literals.iter() {
        if literal.len() < 3 {
            return Err(format!("{at}: literal \"{literal}\" is too short; use 3 bytes or more"));
        }
    }
    regex::Regex::new(&signature.not).map_err(|e| format!("{at}: not: {e}"))?;
    let mut groups: Vec<String> = Vec::new();
    for pattern in std::iter::once(&signature.pattern).chain(signature.also.iter()) {
        let pattern = regex::Regex::new(pattern).map_err(|e| format!("{at}: pattern: {e}"))?;
        for group in pattern.capture_names().flatten() {
            if !GROUPS.contains(&group) {
                return Err(format!("{at}: unknown group \"{group}\"; known are {}", GROUPS.join(", ")));
            }
            if groups.iter().any(|g| g == group) {
                return Err(format!("{at}: group \"{group}\" stands in two patterns; keep one"));
            }
            groups.push(group.to_owned());
        }
    }
    let has = |name: &str| groups.iter().any(|g| g == name);
    match signature.outcome {
        Outcome::Code if !has("code") && !has("symbol") => {
            return Err(format!("{at}: outcome code needs a group named code or symbol in the pattern"));
        }
        Outcome::Code if signature.side.is_empty() => {
            return Err(format!("{at}: outcome code needs a side to look the code up in"));
        }
        Outcome::Fail | Outcome::Warn if signature.finding.is_empty() => {
            return Err(format!("{at}: outcome {} needs a finding", signature.outcome.as_str()));
        }
        Outcome::Fact if signature.role.is_none() => {
            return Err(format!("{at}: outcome fact needs a role"));
        }
        _ => {}
    }
    if signature.link == Link::None
        && !matches!(signature.outcome, Outcome::Fact | Outcome::Note | Outcome::Code)
    {
        return Err(format!("{at}: outcome {} needs a link", signature.outcome.as_str()));
    }
    for sample in std::iter::once(&signature.sample).chain(signature.samples.iter()) {
        let folded = sample.to_lowercase();
        if !signature.literals.iter().any(|l| folded.contains(&l.to_lowercase())) {
            return Err(format!("{at} cannot match its own sample: no literal stands in it"));
        }
    }
    Ok(())
}

fn lint_words(at: &str, language: &str, words: &Words) -> Result<(), String> {
    let all = std::iter::once(&words.meaning).chain(std::iter::once(&words.cause)).chain(words.fix.iter());
    for text in all {
        if text.chars().any(char::is_control) {
            return Err(format!("{at}: {language} holds a control character; use one line a sentence"));
        }
    }
    if words.meaning.trim().is_empty() {
        return Err(format!("{at}: {language} has no meaning"));
    }
    if words.fix.iter().any(|step| step.trim().is_empty()) {
        return Err(format!("{at}: {language} has an empty fix step"));
    }
    Ok(())
}

/// A TOML error as one line.
pub fn syntax(path: &str, message: &str) -> String {
    let mut place = "";
    let mut what = Vec::new();
    for line in message.lines() {
        if line.starts_with("TOML parse error at ") {
            place = line.trim_start_matches("TOML parse error at ");
        } else if !line.contains('|') && !line.trim().is_empty() {
            what.push(line.trim());
        }
    }
    let what = what.join(", ");
    if place.is_empty() { format!("{path}: {what}") } else { format!("{path}, {place}: {what}") }
}
