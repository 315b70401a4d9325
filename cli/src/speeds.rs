//! The table of what the runtime has learnt of its tiers on this machine.

use std::io::{self, Write as _};

use comfy_table::Cell;
use kilowat::policy::Speed;
use kilowat::{EngineKind, Policy};

use crate::output::{Output, right};

/// Writes how fast the tiers were found to be, and in which order a policy asks them. Nothing where
/// nothing was measured.
pub(crate) fn print(output: &mut Output, speeds: &[Speed], policy: Policy) -> io::Result<()> {
    if speeds.is_empty() {
        return Ok(());
    }
    let tiers = EngineKind::built_in().map(|tier| right(tier.name().to_uppercase() + " NS"));
    let header = [Cell::new("MEASURED"), Cell::new("INPUT")]
        .into_iter()
        .chain(tiers)
        .chain([Cell::new("ORDER")]);
    let rows = speeds.iter().map(|speed| {
        let times = EngineKind::built_in().map(|tier| {
            let time = speed.of(tier);
            right(time.map_or_else(|| "none".to_owned(), |time| format!("{time:.0}")))
        });
        let name = format!("{}/{}", speed.module, speed.operation);
        let size = format!("{}: {} bytes", speed.size.name(), speed.bytes);
        let order = speed.order(policy).to_string();
        [Cell::new(name), Cell::new(size)]
            .into_iter()
            .chain(times)
            .chain([Cell::new(order)])
            .collect::<Vec<_>>()
    });
    output.write_all(b"\n")?;
    output.table(header.collect::<Vec<_>>(), rows)
}
