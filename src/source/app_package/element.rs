//! A manifest as a tree, whichever of its three spellings (text, binary, protobuf) it was read from.

/// How deep elements may nest; a manifest needs five levels.
pub const DEEPEST: usize = 64;

/// The value of an attribute, with its type: a number where a text is wanted is a fault of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    /// Compiled as a number, a colour or a truth value; as it reads.
    Number(String),
    /// A resource by its number (`@7f0e001c`).
    Resource(u32),
    /// A resource by its name (`string/app_id`).
    Named(String),
}

impl Value {
    /// The value as it reads.
    pub fn shown(&self) -> String {
        match self {
            Value::Text(text) | Value::Number(text) => text.clone(),
            Value::Resource(id) => format!("@{id:08x}"),
            Value::Named(name) => format!("@{name}"),
        }
    }

    /// Whether it stands for another value that has to be looked up.
    pub fn is_reference(&self) -> bool {
        matches!(self, Value::Resource(_) | Value::Named(_))
    }
}

/// An attribute; the namespace is dropped, because a manifest has but one that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub name: String,
    pub value: Value,
}

/// An element with what stands in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<Attribute>,
    pub children: Vec<Element>,
}

impl Element {
    /// The value of an attribute.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.attributes.iter().find(|a| a.name == name).map(|a| &a.value)
    }

    /// The elements of one name directly below.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |c| c.name == name)
    }
}

/// Puts elements together as their starts and ends come by.
#[derive(Debug, Default)]
pub struct Builder {
    open: Vec<Element>,
    root: Option<Element>,
}

impl Builder {
    /// An element begins. `None` when they nest too deep.
    pub fn start(&mut self, element: Element) -> Option<()> {
        if self.open.len() >= DEEPEST {
            return None;
        }
        self.open.push(element);
        Some(())
    }

    /// The innermost element ends.
    pub fn end(&mut self) {
        if let Some(element) = self.open.pop() {
            match self.open.last_mut() {
                Some(parent) => parent.children.push(element),
                None => self.root = self.root.take().or(Some(element)),
            }
        }
    }

    /// The whole tree; what was not closed is closed here.
    pub fn finish(mut self) -> Option<Element> {
        while !self.open.is_empty() {
            self.end();
        }
        self.root
    }
}
