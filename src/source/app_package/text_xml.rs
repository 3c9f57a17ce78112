//! A manifest in text, as it stands in a project or comes out of a decompiler.

use super::element::{Attribute, DEEPEST, Element, Value};

/// The tree of a text; the error is the parser's own, with line and column.
pub fn parse(text: &str) -> Result<Element, String> {
    let document = roxmltree::Document::parse(text).map_err(|e| e.to_string())?;
    element(document.root_element(), 0).ok_or_else(|| format!("more than {DEEPEST} levels"))
}

fn element(node: roxmltree::Node<'_, '_>, depth: usize) -> Option<Element> {
    if depth >= DEEPEST {
        return None;
    }
    let attributes = node
        .attributes()
        .filter(|a| a.namespace() != Some("http://schemas.android.com/tools"))
        .map(|a| Attribute { name: a.name().to_owned(), value: value(a.value()) })
        .collect();
    let children = node.children().filter(roxmltree::Node::is_element);
    let children = children.map(|c| element(c, depth + 1)).collect::<Option<Vec<_>>>()?;
    Some(Element { name: node.tag_name().name().to_owned(), attributes, children })
}

/// What the compiler would make of a text: a bare number becomes a number.
fn value(text: &str) -> Value {
    if let Some(name) = text.strip_prefix('@').filter(|n| n.contains('/')) {
        return Value::Named(name.to_owned());
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Value::Number(text.to_owned());
    }
    Value::Text(text.to_owned())
}
