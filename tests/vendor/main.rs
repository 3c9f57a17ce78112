//! Straight to the vendors: requests as the vendors document them, and answers as they send them.

mod answers;
mod credentials;
mod every_code;
mod keys;
mod requests;
mod shapes;
mod signed;
