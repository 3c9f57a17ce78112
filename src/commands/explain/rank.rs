//! The order in which meanings are shown: within a vendor by side, the phone's own first; vendors
//! by their best entry, what is in use before what is old.

use crate::catalog::{Catalog, Code, Kind, Status};

/// Groups by vendor and orders; `server_first` for codes out of a server's answer.
pub fn order<'c>(catalog: &Catalog, codes: Vec<&'c Code>, server_first: bool) -> Vec<&'c Code> {
    let mut groups: Vec<(String, Vec<&Code>)> = Vec::new();
    for code in codes {
        match groups.iter_mut().find(|(vendor, _)| *vendor == code.vendor) {
            Some((_, group)) => group.push(code),
            None => groups.push((code.vendor.to_string(), vec![code])),
        }
    }
    for (_, group) in &mut groups {
        group.sort_by_key(|c| (side_rank(catalog, c, server_first), status_rank(c)));
    }
    groups.sort_by_key(|(_, group)| {
        group.iter().map(|c| (status_rank(c), side_rank(catalog, c, server_first).min(1))).min()
    });
    groups.into_iter().flat_map(|(_, group)| group).collect()
}

/// In the order of the vendor's sides, each side as its file has it.
pub fn by_side<'c>(catalog: &Catalog, mut codes: Vec<&'c Code>) -> Vec<&'c Code> {
    codes.sort_by_key(|c| side_rank(catalog, c, false));
    codes
}

/// Trouble first: an answer that carries a success code beside a failure is a failure, and a code
/// that only wraps another comes behind it.
pub fn trouble_first(codes: &mut [&Code]) {
    codes.sort_by_key(|c| (c.kind == Kind::Ok, c.wrapper));
}

fn status_rank(code: &Code) -> u8 {
    match code.status {
        Status::Current => 0,
        Status::Unverified => 1,
        Status::Legacy => 2,
    }
}

/// Where the side stands among its vendor's.
fn side_rank(catalog: &Catalog, code: &Code, server_first: bool) -> usize {
    let sides = catalog.vendor(&code.vendor).map(|v| v.sides.as_ref()).unwrap_or_default();
    let rank = sides.iter().position(|s| *s == code.side).unwrap_or(sides.len());
    if server_first && code.side == "client" { sides.len() + 1 } else { rank }
}
