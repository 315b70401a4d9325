//! The SHA-256 of what is said.

fn main() -> Result<(), kilowat::Error> {
    let said = std::env::args().nth(1).unwrap_or_default();
    for byte in kilowat::hash::sha256(said.as_bytes())? {
        print!("{byte:02x}");
    }
    println!();
    Ok(())
}
