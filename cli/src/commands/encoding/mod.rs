//! `kilowat base64` and `kilowat hex`: bytes as text and back, as base64 and basenc do.

mod wrap;

use std::io::{self, BufReader, Write};
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueHint};
use kilowat::Runtime;
use kilowat::text::{
    self, Base64Decoder, Base64Encoder, HexCase, HexDecoder, HexEncoder, Lenience,
};

use super::Status;
use crate::arguments::Options;
use crate::failure;
use crate::input::{Input, Source, transfer};
use crate::output::Output;

use wrap::Wrapped;

/// Bytes that are asked of a file at a time.
const BUFFER: usize = 256 << 10;

/// Encode a file as base64, or decode it
///
/// Prints what the base64 tool of GNU coreutils prints, and takes its options: RFC 4648 in lines of 76
/// characters. A file of any size goes through in bounded memory.
///
/// With --decode, line breaks are passed over. Where padding ends a text, another may follow, as in files
/// that were joined; at the end, padding may be missing. Anything else that is no base64 is an error that
/// names its place. What comes before it is printed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat base64 logo.png                  in lines of 76 characters
  kilowat base64 -w0 logo.png              in a single line, as data: URLs have it
  printf watt | kilowat base64             d2F0dA==
  printf d2F0dA== | kilowat base64 -d      watt
  kilowat base64 -d logo.b64 > logo.png    the file again
  kilowat base64 -di quoted.txt            whatever blanks and quotes are in it
  kilowat base64 --url token               with - and _, as basenc --base64url

Other than the base64 tool, it passes over carriage returns as well as line feeds. It takes a text whose
padding is missing, which older versions of the tool do not, and refuses a last symbol with bits that belong
to no byte (`d2F0dB==`), which no encoder makes and some versions take.

Offsets in errors count from 0, lines from 1. There is no JSON: standard output has the result.

Exit status: 0, or 2 on an error; what is no base64 is one. The base64 tool has 1 for it.")]
pub(crate) struct Base64 {
    #[command(flatten)]
    conversion: Conversion,

    /// The alphabet for URLs and names of files: `-` and `_` in place of `+` and `/`
    #[arg(long)]
    url: bool,
}

/// Encode a file as hexadecimal digits, or decode them
///
/// Prints what basenc --base16 of GNU coreutils prints, and takes its options: capital letters, in lines of
/// 76 characters. A file of any size goes through in bounded memory.
///
/// With --decode, small letters are read as well, and line breaks are passed over. Anything else that is no
/// digit is an error that names its place. What comes before it is printed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kilowat hex key.bin                      in lines of 76 characters
  kilowat hex -w0 --lower key.bin          in a single line of small letters
  printf kilo | kilowat hex                6B696C6F
  printf 6b696c6f | kilowat hex -d         kilo
  kilowat hex -di <<< '6b:69 6c-6f'        kilo
  kilowat hex -w32 key.bin                 sixteen bytes a line

Other than basenc, it passes over carriage returns as well as line feeds. It reads small letters, and passes
over `=` with --ignore-garbage, which older versions of basenc do not.

Offsets in errors count from 0, lines from 1. There is no JSON: standard output has the result.

Exit status: 0, or 2 on an error; what are no digits is one. basenc has 1 for it.")]
pub(crate) struct Hex {
    #[command(flatten)]
    conversion: Conversion,

    /// Print small letters. Both are read
    #[arg(long)]
    lower: bool,
}

/// What both commands take.
#[derive(Debug, Args)]
struct Conversion {
    /// The file to read; standard input for `-`, and where there is none
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,

    /// Decode
    #[arg(short, long)]
    decode: bool,

    /// When decoding, pass over all bytes that are not of the alphabet
    #[arg(short, long)]
    ignore_garbage: bool,

    /// When encoding, begin a new line after COLS characters; with 0 it is a single line, which no line
    /// feed ends
    #[arg(short, long, value_name = "COLS", default_value_t = 76)]
    wrap: usize,
}

impl Base64 {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let variant = if self.url {
            text::Base64::UrlSafe
        } else {
            text::Base64::Standard
        };
        let convert = |runtime: &Runtime, input: Input, output: &mut Output| {
            let conversion = &self.conversion;
            if conversion.decode {
                let decoder = Base64Decoder::new(runtime, input, variant);
                transfer(&mut decoder.lenience(conversion.lenience()), output)?;
                return Ok(());
            }
            let lines = Wrapped::new(output, conversion.wrap);
            let encoder = Base64Encoder::new(runtime, lines, variant);
            encode(
                input,
                encoder,
                Base64Encoder::finish,
                Base64Encoder::into_inner,
            )
        };
        self.conversion.run("base64", options, output, convert)
    }
}

impl Hex {
    pub(crate) fn run(&self, options: Options, output: &mut Output) -> Result<Status> {
        let case = if self.lower {
            HexCase::Lower
        } else {
            HexCase::Upper
        };
        let convert = |runtime: &Runtime, input: Input, output: &mut Output| {
            let conversion = &self.conversion;
            if conversion.decode {
                let decoder = HexDecoder::new(runtime, input);
                transfer(&mut decoder.lenience(conversion.lenience()), output)?;
                return Ok(());
            }
            let lines = Wrapped::new(output, conversion.wrap);
            let encoder = HexEncoder::new(runtime, lines, case);
            encode(input, encoder, HexEncoder::finish, HexEncoder::into_inner)
        };
        self.conversion.run("hex", options, output, convert)
    }
}

impl Conversion {
    fn lenience(&self) -> Lenience {
        if self.ignore_garbage {
            Lenience::Garbage
        } else {
            Lenience::LineBreaks
        }
    }

    /// Opens the file, and names errors.
    fn run(
        &self,
        command: &str,
        options: Options,
        output: &mut Output,
        convert: impl FnOnce(&Runtime, Input, &mut Output) -> io::Result<()>,
    ) -> Result<Status> {
        if options.json {
            bail!("--json: standard output has the result");
        }
        let source = Source::new(self.file.as_deref().unwrap_or("-".as_ref()));
        let runtime = options.start()?;
        let input = source.open()?;
        if let Some(progress) = input.progress().filter(|_| output.is_terminal()) {
            progress.clear();
        }
        convert(&runtime, input, output)
            .map_err(|error| failure::named(command, &source, error))?;
        Ok(Status::Success)
    }
}

/// Writes a file through an encoder, and ends its last line.
fn encode<E: Write, W: Write>(
    input: Input,
    mut encoder: E,
    finish: impl FnOnce(E) -> io::Result<Wrapped<W>>,
    give_up: impl FnOnce(E) -> Wrapped<W>,
) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(BUFFER, input);
    if let Err(error) = transfer(&mut reader, &mut encoder) {
        // The error says enough.
        give_up(encoder);
        return Err(error);
    }
    finish(encoder)?.finish()
}
