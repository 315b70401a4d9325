//! Writes the corpora that the fuzz targets begin with, from the samples of the operations: `seeds [COUNT]` puts so
//! many files of each length (8 unless that is said) into `fuzz/corpus/NAME/`. They are the same each time.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use kilowat_checker::codecs::CODECS;
use kilowat_operations::generator::Generator;

/// Bytes of the main part: short ones, which are quick, and such as fill a step of the kernels, or several.
const LENGTHS: [usize; 9] = [1, 8, 16, 33, 64, 130, 300, 700, 1_500];

fn main() -> Result<(), Box<dyn Error>> {
    let count: u64 = env::args().nth(1).map_or(Ok(8), |count| count.parse())?;
    for codec in CODECS {
        let name = codec.name();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(name);
        fs::create_dir_all(&folder)?;
        for len in LENGTHS {
            for number in 0..count {
                let mut generator = Generator::of(0, name, &[len as u64, number]);
                let file = folder.join(format!("seed-{len}-{number}"));
                fs::write(file, codec.sample(&mut generator, len))?;
            }
        }
        println!(
            "{}: {} seeds",
            folder.display(),
            LENGTHS.len() as u64 * count
        );
    }
    Ok(())
}
